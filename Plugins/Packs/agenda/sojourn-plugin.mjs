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
