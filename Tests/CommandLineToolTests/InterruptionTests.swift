import Foundation
import Synchronization
import Testing

@testable import CommandLineTool

@Suite struct `Interrupting` {
    @Test(.timeLimit(.minutes(1))) func `all who wait are woken, and later ones do not wait`() async {
        let interruption = Interruption()
        #expect(!interruption.isRequested)
        await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { await interruption.wait() } }
            interruption.raise(.terminate)
        }
        interruption.raise(.interrupt)
        await interruption.wait()
        #expect(interruption.cause == .terminate && interruption.cause?.exitCode.rawValue == 143)
    }

    @Test(.timeLimit(.minutes(1))) func `a cancelled task waits no longer`() async {
        let interruption = Interruption()
        for _ in 0..<100 {
            let task = Task { await interruption.wait() }
            task.cancel()
            await task.value
        }
        #expect(!interruption.isRequested)
    }

    @Test(.timeLimit(.minutes(1))) func `work is cancelled, and may still end well`() async throws {
        let interruption = Interruption()
        let result = try await interruption.cancelling {
            interruption.raise(.interrupt)
            while !Task.isCancelled { await Task.yield() }
            return 7
        }
        #expect(result == 7)
        await #expect(throws: CancellationError.self) {
            try await interruption.cancelling { try await Task.sleep(for: .seconds(50)) }
        }
        #expect(try await Interruption().cancelling { 5 } == 5)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func `a first signal raises the flag`(number: Int32) async {
        await #expect(processExitsWith: .exitCode(42)) { [number] in
            let interruption = Interruption.ofProcess
            kill(getpid(), number)
            await interruption.wait()
            exit(interruption.cause?.rawValue == number ? 42 : 1)
        }
    }

    @Test func `a second SIGINT ends at once with 130, also where nothing yields`() async {
        await #expect(processExitsWith: .exitCode(130)) {
            let interruption = Interruption.ofProcess
            kill(getpid(), SIGINT)
            // Two signals of one kind that wait together are one.
            while !interruption.isRequested { usleep(1000) }
            kill(getpid(), SIGINT)
            for _ in 0..<5000 { usleep(1000) }
            exit(1)
        }
    }

    @Test func `a second SIGTERM does not hurry`() async {
        await #expect(processExitsWith: .exitCode(43)) {
            let interruption = Interruption.ofProcess
            kill(getpid(), SIGTERM)
            await interruption.wait()
            for _ in 0..<1000 { kill(getpid(), SIGTERM) }
            exit(43)
        }
    }

    @Test func `who does not ask for it ends as processes do`() async {
        await #expect(processExitsWith: .signal(SIGINT)) {
            // Whoever runs the tests may have told SIGINT to be ignored.
            signal(SIGINT, SIG_DFL)
            _ = Terminal.standard()
            kill(getpid(), SIGINT)
            for _ in 0..<5000 { usleep(1000) }
            exit(1)
        }
    }
}
