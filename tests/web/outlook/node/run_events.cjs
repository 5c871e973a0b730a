// Runs launchevent.js in a bare JavaScript runtime: no window, no document, a clock that only moves when it is moved.
//
//   node run_events.cjs launchevent.js < scenarios.json
//
// prints what happened in each: how the event was completed and when, what was asked of the service, which notices were shown.
"use strict";

const fs = require("fs");
const vm = require("vm");

const END_OF_TIME_MS = 10000;

let current = null;
process.on("unhandledRejection", (reason) => current.uncaught.push(String(reason)));

const play = (scenario) => {
  const happened = (current = { completed: [], requests: [], notices: {}, kept: {}, uncaught: [] });

  let clock = 0;
  let timers = [];
  const setTimer = (act, after) => {
    timers.push({ act, at: clock + (after || 0) });
    return timers.length;
  };

  const succeeded = (value, callback) => setTimer(() => callback({ status: "succeeded", value }), 1);
  const field = (value) => ({ getAsync: (callback) => (scenario.outlook === "hangs" ? undefined : scenario.outlook === "fails" ? setTimer(() => callback({ status: "failed" }), 1) : succeeded(value, callback)) });
  const people = (all) => field((all || []).map((emailAddress) => ({ emailAddress, displayName: "", recipientType: "externalUser" })));

  const item = Object.assign(
    {
      to: people(scenario.to),
      cc: people(scenario.cc),
      bcc: people(scenario.bcc),
      requiredAttendees: people(scenario.to),
      optionalAttendees: people(scenario.cc),
      subject: field(scenario.subject || ""),
      notificationMessages: {
        replaceAsync: (key, notice, callback) => {
          if (notice.type === "insightMessage" && scenario.insight === false) {
            setTimer(() => callback({ status: "failed" }), 1);
            return;
          }
          happened.notices[key] = notice;
          succeeded(undefined, callback);
        },
        removeAsync: (key, callback) => {
          delete happened.notices[key];
          succeeded(undefined, callback);
        },
      },
    },
    scenario.inReplyTo === undefined ? {} : { inReplyTo: scenario.inReplyTo },
    scenario.composeType === undefined ? {} : { getComposeTypeAsync: (callback) => succeeded({ composeType: scenario.composeType }, callback) },
    scenario.memory === false
      ? {}
      : {
          sessionData: {
            getAsync: (key, callback) => (key in happened.kept ? succeeded(happened.kept[key], callback) : setTimer(() => callback({ status: "failed" }), 1)),
            setAsync: (key, value, callback) => {
              happened.kept[key] = value;
              succeeded(undefined, callback);
            },
          },
        }
  );

  const handlers = {};
  const supported = (set, version) => {
    if (scenario.sets === undefined) {
      throw new Error("no requirement sets here");
    }
    return Number(version.split(".")[1]) <= scenario.sets;
  };

  const answerOf = (server) => ({
    ok: (server.status || 200) < 400,
    status: server.status || 200,
    headers: { get: (name) => (name === "Content-Length" && server.length ? String(server.length) : null) },
    text: () => Promise.resolve(server.size ? "x".repeat(server.size) : server.body || ""),
  });

  const bare = {
    Promise,
    setTimeout: setTimer,
    Date: { now: () => 1.8e12 + clock + (scenario.later && happened.completed.length ? scenario.later : 0) },
    Office: {
      context: { mailbox: scenario.outlook === "has no item" ? {} : { item }, requirements: { isSetSupported: supported } },
      actions: { associate: (name, handler) => (handlers[name] = handler) },
    },
    fetch: (url, options) => {
      happened.requests.push({ url, headers: options.headers, body: JSON.parse(options.body), at: clock });
      const server = scenario.server || {};
      if (server.throws) {
        throw new Error("no network here");
      }
      return new Promise((resolve, reject) => {
        if (!server.hangs) {
          setTimer(() => (server.refused ? reject(new TypeError("Failed to fetch")) : resolve(answerOf(server))), server.after || 1);
        }
      });
    },
  };
  if (scenario.signIn === "in the page") {
    bare.acquaintToken = () => Promise.resolve("page-token");
  } else if (scenario.signIn === "hangs") {
    bare.acquaintToken = () => new Promise(() => undefined);
  } else if (scenario.signIn === "refused") {
    bare.OfficeRuntime = { auth: { getAccessToken: () => Promise.reject(new Error("13001")) } };
  } else if (scenario.signIn !== "nowhere") {
    bare.OfficeRuntime = { auth: { getAccessToken: () => Promise.resolve("office-token") } };
  }
  if (scenario.timers === false) {
    delete bare.setTimeout;
  }

  const settle = async () => {
    for (let round = 0; round < 8; round += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  const run = async () => {
    const context = vm.createContext(bare);
    let source = fs.readFileSync(process.argv[2], "utf8");
    for (const [from, to] of scenario.mutate || []) {
      if (!source.includes(from)) {
        throw new Error("nothing to mutate: " + from);
      }
      source = source.split(from).join(to);
    }
    vm.runInContext(source, context, { filename: "launchevent.js" });
    for (const handler of [].concat(scenario.handler)) {
      const began = clock;
      try {
        handlers[handler]({ completed: (options) => happened.completed.push({ at: clock - began, options: options === undefined ? null : options }) });
      } catch (error) {
        happened.uncaught.push(String(error));
      }
      await settle();
      while (timers.length) {
        timers.sort((one, other) => one.at - other.at);
        const next = timers.shift();
        if (next.at - began > END_OF_TIME_MS) {
          break;
        }
        clock = Math.max(clock, next.at);
        next.act();
        await settle();
      }
    }
    happened.handlers = Object.keys(handlers);
    return happened;
  };

  return run();
};

const all = async () => {
  const happened = [];
  for (const scenario of JSON.parse(fs.readFileSync(0, "utf8"))) {
    happened.push(await play(scenario));
  }
  process.stdout.write(JSON.stringify(happened));
};

all();
