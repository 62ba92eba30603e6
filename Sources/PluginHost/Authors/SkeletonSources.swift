// The texts of new packs. They stand here as they stand in the files: what is in no Swift has the style of its language.

/// Sources of skeletons, by language.
enum SkeletonSources {
    static func python(_ action: String) -> [PackSkeleton.File] {
        [
            PackSkeleton.File("main.py", pythonMain.replacing("@ACTION@", with: action)),
            PackSkeleton.File("sojourn_plugin.py", pythonLibrary),
            PackSkeleton.File("test_main.py", pythonTest.replacing("@ACTION@", with: action)),
        ]
    }

    static func shell() -> [PackSkeleton.File] { [PackSkeleton.File("run", shellMain, isProgram: true)] }

    static func javascript(_ action: String) -> [PackSkeleton.File] {
        [
            PackSkeleton.File("main.mjs", javascriptMain.replacing("@ACTION@", with: action)),
            PackSkeleton.File("sojourn-plugin.mjs", javascriptLibrary),
            PackSkeleton.File("main.test.mjs", javascriptTest.replacing("@ACTION@", with: action)),
        ]
    }

    static func swift(_ name: String) -> [PackSkeleton.File] {
        [
            PackSkeleton.File("main.swift", swiftMain),
            PackSkeleton.File("build", swiftBuild.replacing("@NAME@", with: name), isProgram: true),
        ]
    }

    static let pythonMain = ##"""
        from sojourn_plugin import serve


        def greet(call):
            return {"text": f"Hello, {call['input']['name']}!"}


        serve({"@ACTION@": greet})

        """##

    static let pythonTest = ##"""
        """python3 -m unittest: the program as the host talks to it."""
        import json
        import pathlib
        import subprocess
        import sys
        import unittest

        HERE = pathlib.Path(__file__).parent


        def talk(*requests):
            lines = "".join(json.dumps({"jsonrpc": "2.0", "id": id, **request}) + "\n" for id, request in enumerate(requests))
            done = subprocess.run([sys.executable, HERE / "main.py"], input=lines, capture_output=True, text=True, timeout=20)
            return [json.loads(line) for line in done.stdout.splitlines()]


        class Greeting(unittest.TestCase):
            def test_a_call_is_answered_with_its_key(self):
                call = {"action": "@ACTION@", "key": "k1", "input": {"name": "Ana"}, "dry_run": False}
                hello, answer = talk({"method": "hello", "params": {}}, {"method": "run", "params": call})
                self.assertEqual(hello["result"]["protocol"], 1)
                self.assertEqual(answer["result"], {"key": "k1", "outcome": "done", "output": {"text": "Hello, Ana!"}})


        if __name__ == "__main__":
            unittest.main()

        """##

    static let shellMain = ##"""
        #!/bin/sh
        # jq reads and writes the protocol. Standard output carries it: remarks go to standard error.
        set -u

        while IFS= read -r line; do
            method=$(printf '%s\n' "$line" | jq -r '.method // ""' 2>/dev/null) || {
                echo "a line was no request" >&2
                continue
            }
            [ "$method" = bye ] && exit 0
            [ "$(printf '%s\n' "$line" | jq 'has("id")')" = true ] || continue
            case "$method" in
            hello) result='{"protocol": 1, "features": []}' ;;
            check) result='{"mistakes": []}' ;;
            ping) result='{}' ;;
            run) result='{key: .params.key, outcome: "done", output: {text: ("Hello, " + .params.input.name + "!")}}' ;;
            *)
                printf '%s\n' "$line" | jq -c '{jsonrpc: "2.0", id, error: {code: -32601, message: "there is no such method"}}'
                continue
                ;;
            esac
            printf '%s\n' "$line" | jq -c "{jsonrpc: \"2.0\", id, result: $result}"
        done

        """##

    static let javascriptMain = ##"""
        import { serve } from "./sojourn-plugin.mjs";

        serve({ "@ACTION@": ({ input }) => ({ text: `Hello, ${input.name}!` }) });

        """##

    static let javascriptTest = ##"""
        // node --test: the program as the host talks to it.
        import assert from "node:assert";
        import { spawnSync } from "node:child_process";
        import test from "node:test";

        test("a call is answered with its key", () => {
          const params = { action: "@ACTION@", key: "k1", input: { name: "Ana" }, dry_run: false };
          const lines = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "run", params }) + "\n";
          const done = spawnSync(process.execPath, [new URL("main.mjs", import.meta.url).pathname], { input: lines });
          assert.deepEqual(JSON.parse(done.stdout.toString()).result, {
            key: "k1",
            outcome: "done",
            output: { text: "Hello, Ana!" },
          });
        });

        """##

    static let swiftMain = ##"""
        // The protocol of Sojourn's plugins over standard input and output; ./build makes the program.
        import Foundation

        /// What the action gives for its input.
        func greet(_ input: [String: Any]) -> [String: Any] {
            ["text": "Hello, \(input["name"] as? String ?? "")!"]
        }

        func answer(_ method: String, _ params: [String: Any]) -> [String: Any]? {
            switch method {
            case "hello": ["protocol": 1, "features": [String]()]
            case "check": ["mistakes": [String]()]
            case "ping": [:]
            case "run":
                [
                    "key": params["key"] as? String ?? "", "outcome": "done",
                    "output": greet(params["input"] as? [String: Any] ?? [:]),
                ]
            default: nil
            }
        }

        while let line = readLine() {
            guard let request = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                let method = request["method"] as? String
            else {
                FileHandle.standardError.write(Data("a line was no request\n".utf8))
                continue
            }
            if method == "bye" { break }
            guard let id = request["id"] else { continue }
            var reply: [String: Any] = ["jsonrpc": "2.0", "id": id]
            if let result = answer(method, request["params"] as? [String: Any] ?? [:]) {
                reply["result"] = result
            } else {
                reply["error"] = ["code": -32601, "message": "there is no method \(method)"]
            }
            FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: reply) + Data("\n".utf8))
        }

        """##

    static let swiftBuild = ##"""
        #!/bin/sh
        # Builds the program beside this file; Swift's libraries are put into it, so that it runs in the sandbox.
        set -eu
        cd "$(dirname "$0")"
        swiftc -O -static-stdlib main.swift -o "${1:-@NAME@}"

        """##

    /// The same file as in the example packs.
    static let pythonLibrary = ##"""
        """Sojourn's plugin protocol, version 1, for plugins in Python: one file, no dependencies. Copy it beside your program.

            from sojourn_plugin import Failed, serve

            def send(call):
                if call["dry_run"]:
                    return {"id": "tried"}
                return {"id": deliver(call["input"]["to"], call["input"]["text"], key=call["key"])}

            serve({"sms.send": send})

        What you print goes to the plugin's log and never disturbs the protocol.
        """
        import json
        import os
        import sys
        import traceback


        class Failed(Exception):
            """The call failed. `code` is stable and has the family in front; the message holds nothing personal."""

            def __init__(self, code, message, retryable=False, retry_after=None, scope="call"):
                super().__init__(message)
                self.data = {"code": code, "retryable": retryable, "scope": scope}
                if retry_after:
                    self.data["retry_after"] = retry_after


        class Unknown(Exception):
            """Everything was handed over, and nobody can know whether it happened."""


        class Waiting(Exception):
            """It is under way elsewhere: call again after `poll_after` seconds, or be told by a signed callback."""

            def __init__(self, poll_after=None, patience=None, checkpoint=None):
                super().__init__("waiting")
                fields = {"poll_after": poll_after, "patience": patience, "checkpoint": checkpoint}
                self.fields = {name: value for name, value in fields.items() if value is not None}


        class InputRequired(Exception):
            """A person must say something first: `form` is a JSON Schema of type object."""

            def __init__(self, title, form, checkpoint=None):
                super().__init__(title)
                self.fields = {"title": title, "form": form}
                if checkpoint is not None:
                    self.fields["checkpoint"] = checkpoint


        class NoMethod(Exception):
            """The host asked for what this plugin does not speak."""


        def _outcome(actions, call):
            action = actions.get(call["action"])
            if action is None:
                raise Failed("plugin.action", f"there is no action {call['action']}")
            try:
                return {"outcome": "done", "output": action(call) or {}}
            except Waiting as waiting:
                return {"outcome": "waiting", **waiting.fields}
            except InputRequired as question:
                return {"outcome": "input_required", **question.fields}
            except Unknown as doubt:
                return {"outcome": "unknown", "message": str(doubt)}


        def _status(status, call):
            output = status(call)
            return {"outcome": "not_done"} if output is None else {"outcome": "done", "output": output}


        def serve(actions, check=None, status=None):
            """Answers the host until it says goodbye.

            actions: by name, a function of the call that gives the output or raises.
            check: a function of the settings that gives a list of mistakes.
            status: a function of (action, key) that gives the output of what was done, or None if it was not done.
            """
            out = os.fdopen(os.dup(1), "w", encoding="utf-8")
            os.dup2(2, 1)
            settings = {}

            def answer(method, params):
                if method == "hello":
                    return {"protocol": 1, "features": ["status"] if status else []}
                if method == "check":
                    settings.update(params["settings"])
                    return {"mistakes": check(settings) if check else []}
                if method == "ping":
                    return {}
                if method == "run":
                    return {"key": params["key"], **_outcome(actions, {**params, "settings": settings})}
                if method == "status" and status:
                    return {"key": params["key"], **_status(status, params)}
                raise NoMethod(method)

            for line in sys.stdin:
                try:
                    request = json.loads(line)
                    method, number = request["method"], request.get("id")
                except (ValueError, KeyError, TypeError):
                    print("a line was no request", file=sys.stderr)
                    continue
                if method == "bye":
                    return
                if number is None:
                    continue
                reply = {"jsonrpc": "2.0", "id": number}
                try:
                    reply["result"] = answer(method, request.get("params") or {})
                except NoMethod:
                    reply["error"] = {"code": -32601, "message": f"there is no method {method}"}
                except Failed as failure:
                    reply["error"] = {"code": -32000, "message": str(failure), "data": failure.data}
                except Exception:  # an author's mistake: the log tells where, the host only that
                    traceback.print_exc()
                    reply["error"] = {"code": -32000, "message": "the plugin failed", "data": {"code": "plugin.mistake"}}
                out.write(json.dumps(reply, ensure_ascii=False) + "\n")
                out.flush()

        """##

    /// The same file as in the example packs.
    static let javascriptLibrary = ##"""
        // Sojourn's plugin protocol, version 1, for plugins in JavaScript: one file, no dependencies. Copy it beside your program.
        //
        //   import { Failed, serve } from "./sojourn-plugin.mjs";
        //   serve({ "agenda.page": async (call) => ({ path: await write(call.input) }) });
        //
        // What you print with console.log goes to the plugin's log and never disturbs the protocol.
        import { createInterface } from "node:readline";

        /** The call failed. `code` is stable and has the family in front; the message holds nothing personal. */
        export class Failed extends Error {
          constructor(code, message, { retryable = false, retryAfter, scope = "call" } = {}) {
            super(message);
            this.data = { code, retryable, scope, ...(retryAfter ? { retry_after: retryAfter } : {}) };
          }
        }

        /**
         * Answers the host until it says goodbye; several calls may be under way at once.
         *
         * @param actions by name, a function of the call that gives the output (or a promise of it) or throws Failed
         * @param check a function of the settings that gives a list of mistakes
         * @param status a function of {action, key} that gives the output of what was done, or null if it was not
         */
        export function serve(actions, { check, status } = {}) {
          const write = process.stdout.write.bind(process.stdout);
          // Remarks must not stand between messages.
          process.stdout.write = process.stderr.write.bind(process.stderr);
          let settings = {};

          async function answer(method, params) {
            switch (method) {
              case "hello":
                return { protocol: 1, features: status ? ["status"] : [] };
              case "check":
                settings = params.settings;
                return { mistakes: check ? await check(settings) : [] };
              case "ping":
                return {};
              case "run": {
                const action = actions[params.action];
                if (!action) throw new Failed("plugin.action", `there is no action ${params.action}`);
                return { key: params.key, outcome: "done", output: (await action({ ...params, settings })) ?? {} };
              }
              case "status": {
                if (!status) return undefined;
                const output = await status(params);
                return { key: params.key, ...(output ? { outcome: "done", output } : { outcome: "not_done" }) };
              }
              default:
                return undefined;
            }
          }

          async function take(line) {
            let request;
            try {
              request = JSON.parse(line);
            } catch {
              console.error("a line was no request");
              return;
            }
            const { id, method, params } = request ?? {};
            if (method === "bye") process.exit(0);
            if (id === undefined || typeof method !== "string") return;
            const reply = { jsonrpc: "2.0", id };
            try {
              reply.result = await answer(method, params ?? {});
              if (reply.result === undefined) reply.error = { code: -32601, message: `there is no method ${method}` };
            } catch (fault) {
              if (!(fault instanceof Failed)) console.error(fault);
              const known = fault instanceof Failed;
              reply.error = {
                code: -32000,
                message: known ? fault.message : "the plugin failed",
                data: known ? fault.data : { code: "plugin.mistake" },
              };
            }
            write(JSON.stringify(reply) + "\n");
          }

          const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
          lines.on("line", take);
          lines.on("close", () => process.exit(0));
        }

        """##
}
