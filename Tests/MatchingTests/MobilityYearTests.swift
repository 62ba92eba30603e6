import Foundation
import IntegerProgrammes
import Tables
import Testing

@testable import Matching

/// A year of real mobilities as one call: every request of 2011, hosts with the capacity that the years before show.
@Suite struct `A whole year of mobilities` {
    static let path: String = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return tests.appendingPathComponent("../../../shared/data/mobility-2005-2014.csv.gz").standardizedFileURL.path
    }()

    private struct Mobility {
        let year: Int
        let home: String
        let host: String
        let country: String
        let area: String
    }

    private static func mobilities() throws -> [Mobility] {
        let reader = try TableReader(FileSource(path: path))
        let columns = ["start", "home_institution", "host_institution", "host_country", "area"].map {
            reader.header.position(of: $0) ?? -1
        }
        var result: [Mobility] = []
        while let row = try reader.next() {
            guard case .success(let row) = row, let year = Int(row[columns[0]].prefix(4)) else { continue }
            result.append(
                Mobility(
                    year: year, home: row[columns[1]], host: row[columns[2]], country: row[columns[3]],
                    area: row[columns[4]]))
        }
        return result
    }

    private static let shortlist = 30

    /// Requests of a year; a host is possible where it took in somebody of the area before, and scores by how many, and
    /// by how many came from the same institution.
    private static func call(of year: Int) throws -> Call {
        let all = try mobilities()
        let past = all.filter { $0.year < year && !$0.host.isEmpty && !$0.area.isEmpty }
        var (ofArea, fromHome) = ([String: [String: Int]](), [String: [String: Int]]())
        var (yearly, countries) = ([String: [Int: Int]](), [String: String]())
        for one in past {
            ofArea[one.area, default: [:]][one.host, default: 0] += 1
            fromHome[one.home, default: [:]][one.host, default: 0] += 1
            yearly[one.host, default: [:]][one.year, default: 0] += 1
            countries[one.host] = one.country
        }
        let names = yearly.keys.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        let wanted = all.filter { $0.year == year && ofArea[$0.area] != nil }
        var pairs = PairTable()
        for one in wanted {
            // Each request has a shortlist, as in a call: the hosts that know the area best.
            let possible = (ofArea[one.area] ?? [:]).compactMap { host, count in numbers[host].map { ($0, host, count) }
            }
            .sorted { $0.2 != $1.2 ? $0.2 > $1.2 : $0.0 < $1.0 }.prefix(shortlist)
            for (number, host, count) in possible.sorted(by: { $0.0 < $1.0 }) {
                let known = min(10, fromHome[one.home]?[host] ?? 0)
                pairs.add(host: number, score: Double(min(20, count)) + 3 * Double(known))
            }
            pairs.endRequest()
        }
        return Call(
            requests: wanted.enumerated().map { Call.Request("r\($0)", groups: ["area": $1.area]) },
            hosts: names.map { name in
                Call.Host(
                    name, capacity: yearly[name]?.values.max() ?? 0, groups: ["country": countries[name] ?? ""])
            }, pairs: pairs)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: path), "../shared/data is not here"))
    func `is assigned with the best total, which an independent solver finds too`() throws {
        let call = try Self.call(of: 2011)
        #expect(call.requests.count > 3_000 && call.hosts.count > 500)
        let result = try call.solve()
        #expect(result.proof == .duality)
        #expect(result.placedCount > 1_000)
        // The relaxation of an assignment has whole best values, so that Clp's total is the best one.
        #expect(abs(result.total - (try IndependentAssignment.programme(of: call).relaxed().total)) < 1e-4)
        // Nobody who stayed out has a host with room.
        var room = call.hosts.map(\.capacity)
        for hosts in result.hostsOf { for host in hosts { room[host] -= 1 } }
        #expect(room.allSatisfy { $0 >= 0 })
        for (request, hosts) in result.hostsOf.enumerated() where hosts.isEmpty {
            #expect(call.pairs.pairs(of: request).allSatisfy { room[Int(call.pairs.hosts[$0])] == 0 })
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: path), "../shared/data is not here"))
    func `keeps to quotas by country and area at little loss, proven`() throws {
        var call = try Self.call(of: 2010)
        let free = try call.solve()
        call.quotas = [
            Call.Quota(hosts: ["country": "FRANÇA"], most: 120),
            Call.Quota(requests: ["area": "ENGENHARIAS"], hosts: ["country": "ALEMANHA"], least: 10),
        ]
        let result = try call.solve()
        #expect(result.isProven)
        #expect(result.total <= free.total)
        func count(_ area: String?, _ country: String) -> Int {
            result.hostsOf.enumerated().reduce(0) { sum, one in
                guard area == nil || call.requests[one.offset].groups["area"] == area else { return sum }
                return sum + one.element.count { call.hosts[$0].groups["country"] == country }
            }
        }
        #expect(count(nil, "FRANÇA") <= 120)
        #expect(count("ENGENHARIAS", "ALEMANHA") >= 10)
    }
}
