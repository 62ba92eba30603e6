// swift-tools-version: 6.2
// Sojourn: the rooms of the house, nearest the ground first. A room may import only rooms above it in this list
// (docs/architecture.md draws it). Each system library is imported by exactly one room.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A room of the house under `Sources/`.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// The tests of one room, under `Tests/<Room>Tests`.
func tests(_ room: String, _ others: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: room + "Tests", dependencies: [.init(stringLiteral: room)] + others, resources: resources,
        swiftSettings: strict)
}

/// A built-in plugin under `Plugins/<name>`: it sees ActionKit and values, never the package's inside.
func plugin(
    _ name: String, _ others: [Target.Dependency] = [], tests counterparts: [Target.Dependency] = []
) -> [Target] {
    [
        .target(
            name: name, dependencies: ["ActionKit", "Expressions", "Calendars"] + others,
            path: "Plugins/\(name)/Sources",
            packageAccess: false, swiftSettings: strict),
        .testTarget(
            name: name + "Tests",
            dependencies: [.init(stringLiteral: name), "ActionKit", "Expressions", "Calendars"] + counterparts,
            path: "Plugins/\(name)/Tests", swiftSettings: strict),
    ]
}

let ground: [Target] = [
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CIcal", pkgConfig: "libical", providers: [.apt(["libical-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
    .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
    .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .target(name: "CSpawn"),
    // Debian's coinor-libcbc-dev, whose own C interface cannot stop a search.
    .target(
        name: "CCbc",
        linkerSettings: ["CbcSolver", "Cbc", "Cgl", "OsiClp", "Clp", "Osi", "CoinUtils"].map { .linkedLibrary($0) }),
]

let values: [Target] = [
    room("Digests", ["CSodium"]),
    room("Calendars"),
    room("Folding"),
    room("Expressions", ["Calendars"]),
    room("IntegerProgrammes", ["CCbc"]),
    room("Matching", ["IntegerProgrammes"]),
    room("Exchange", ["Digests", "Calendars", "Expressions", "Matching", "Folding"]),
    room("Tables", ["CZlib", "CExpat", "CXlsxWriter", "Calendars"]),
    room("ActionKit", ["Calendars", "Expressions"]),
    room("Couriers", ["CCurl", "ActionKit", "Calendars", "Expressions"]),
    room(
        "ProgrammeLanguage", ["CYAML", "Digests", "Calendars", "Expressions", "Exchange", "Tables", "ActionKit"]),
]

let doors: [Target] = [
    room("CaseStore", ["Calendars"])
]

let shell: [Target] = [
    room("SQLiteStore", ["CSQLite", "CaseStore", "Calendars"]),
    room(
        "Engine",
        [
            "Digests", "Calendars", "Folding", "Expressions", "Exchange", "ActionKit", "CaseStore", "Matching",
            "ProgrammeLanguage",
        ]),
    room("PluginHost", ["CSpawn", "Digests", "Calendars", "Expressions", "ActionKit", "ProgrammeLanguage"]),
]

let faces: [Target] = [
    room("HTTPServer", ["CMicroHTTPD"])
]

let plugins: [Target] =
    plugin("EmailSend", ["CCurl", "CGMime"])
    + plugin("WebhookPost", ["Couriers", "Digests"], tests: ["WebhookReceiver"])
    + plugin("DocumentStore", ["Digests", "CPango", "CCurl"]) + plugin("CalendarInvite", ["CIcal"])
    + plugin("ChatPost", ["Couriers"], tests: ["WebhookReceiver"])

let roof: [Target] = [
    room(
        "Service",
        [
            "Engine", "SQLiteStore", "CaseStore", "Exchange", "ProgrammeLanguage", "Expressions", "Calendars", "Tables",
            "Matching", "ActionKit", "Digests", "EmailSend", "WebhookPost", "DocumentStore", "CalendarInvite",
            "ChatPost", "HTTPServer",
            "PluginHost",
        ]),
    room(
        "CommandLineTool",
        [
            "Service", "Engine", "SQLiteStore", "CaseStore", "Exchange", "ProgrammeLanguage", "Expressions",
            "Calendars",
            "Tables", "Matching", "ActionKit", "Digests", "PluginHost", "HTTPServer",
        ]),
    .executableTarget(name: "sojourn", dependencies: ["CommandLineTool"], swiftSettings: strict),
    room(
        "TestKit",
        ["Engine", "CaseStore", "Exchange", "ProgrammeLanguage", "Expressions", "Calendars", "ActionKit", "Digests"]),
]

let package = Package(
    name: "sojourn",
    products: [.executable(name: "sojourn", targets: ["sojourn"])],
    targets: ground + values + doors + shell + faces + plugins + roof + [
        .target(
            name: "WebhookReceiver", dependencies: ["Expressions"], path: "Tests/WebhookReceiver", swiftSettings: strict
        ),
        tests("Digests"),
        tests("Couriers"),
        tests("HTTPServer"),
        tests("Calendars", ["Engine"]),
        tests("Expressions", ["Engine"]),
        tests("Folding", ["Engine"]),
        tests("Matching", ["Engine", "IntegerProgrammes", "Tables"]),
        tests("IntegerProgrammes"),
        tests("Exchange", ["TestKit", "Engine", "ProgrammeLanguage", "Expressions", "Calendars"]),
        tests("ProgrammeLanguage", ["Engine", "Exchange", "Expressions", "Calendars", "Service"]),
        tests("Tables", ["Engine", "CZlib", "Calendars"]),
        tests("CaseStore", ["TestKit", "Engine", "SQLiteStore", "Calendars", "store-crash"]),
        .executableTarget(
            name: "store-crash", dependencies: ["SQLiteStore", "CaseStore", "Calendars"], path: "Tests/StoreCrash",
            swiftSettings: strict),
        tests(
            "Engine",
            [
                "TestKit", "SQLiteStore", "CaseStore", "Exchange", "ProgrammeLanguage", "Expressions", "Calendars",
                "ActionKit", "Matching",
            ]),
        tests("PluginHost", ["ActionKit", "Expressions", "Calendars", "ProgrammeLanguage", "Digests"]),
        tests(
            "CommandLineTool",
            [
                "TestKit", "Service", "Engine", "SQLiteStore", "CaseStore", "Exchange", "ProgrammeLanguage",
                "Expressions",
                "Calendars",
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Service", "Engine", "CaseStore", "Exchange", "Expressions", "WebhookReceiver", "sojourn"],
            swiftSettings: strict),
    ]
)
