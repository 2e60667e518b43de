// Small things that every page has: live parts, times in three zones, keys. Pages work without.
"use strict";
(() => {
  const root = document.documentElement;
  const body = document.body;

  // Times: the server writes UTC; the site's or the browser's zone is shown where one asks for it.
  const ZONES = ["utc", "site", "browser"];
  const NAMES = { utc: "UTC", site: root.dataset.zone, browser: "browser" };
  let zone = sessionStorage.getItem("zone") || root.dataset.time || "utc";

  function formatter(form) {
    const options = { hourCycle: "h23" };
    if (form !== "clock") Object.assign(options, { year: "numeric", month: "2-digit", day: "2-digit" });
    if (form !== "day") Object.assign(options, { hour: "2-digit", minute: "2-digit" });
    if (form === "second" || form === "clock") options.second = "2-digit";
    if (zone !== "browser") options.timeZone = zone === "utc" ? "UTC" : root.dataset.zone;
    return new Intl.DateTimeFormat("sv-SE", options);
  }

  function showTimes(within) {
    const made = {};
    for (const element of within.querySelectorAll("time[datetime]")) {
      const form = element.dataset.form || "second";
      const moment = new Date(element.getAttribute("datetime").replace(/(\.\d{3})\d+/, "$1"));
      if (Number.isNaN(moment.getTime())) continue;
      made[form] = made[form] || formatter(form);
      element.textContent = made[form].format(moment);
      element.title = element.getAttribute("datetime");
    }
    const button = document.getElementById("zone");
    if (button) button.textContent = NAMES[zone];
  }

  function nextZone() {
    zone = ZONES[(ZONES.indexOf(zone) + 1) % ZONES.length];
    sessionStorage.setItem("zone", zone);
    showTimes(document);
  }

  document.getElementById("zone")?.addEventListener("click", nextZone);
  showTimes(document);
  document.addEventListener("htmx:after:swap", () => showTimes(document));

  // Live: parts that all browsers share come whole (data-part), others are told to fetch
  // themselves again (hx-trigger="vedette:TOPIC from:body"), and not all at the same moment.
  // Browsers open few connections to one server, so of all its pages one holds the stream and
  // passes on what it hears; when it goes, another takes over where it was.
  const TOPICS = ["incidents", "actions", "sources"];
  const AGAIN = [5000, 60000];
  const state = document.getElementById("live-state");
  const shares = window.BroadcastChannel && navigator.locks;
  const due = {};
  let last = body.dataset.since || "";
  let words = ["waiting", "connecting"];
  let source = null;
  let channel = null;
  let leaving = null;

  function show(...now) {
    words = now;
    if (!state) return;
    state.dataset.state = words[0];
    state.textContent = words[1];
  }

  function tell(topic, detail) {
    body.dispatchEvent(new CustomEvent("vedette:" + topic, { detail }));
  }

  function soon(topic) {
    due[topic] ||= setTimeout(() => {
      delete due[topic];
      tell(topic, null);
    }, 300 + Math.random() * 1200);
  }

  function put(part, content) {
    const old = document.querySelector(`[data-part="${CSS.escape(part)}"]`);
    if (!old || old.contains(document.activeElement)) return;
    old.replaceChildren(content);
    window.htmx?.process(old);
    showTimes(old);
  }

  // What was missed can't be told any more: fetch all of it again.
  async function refresh() {
    TOPICS.forEach(soon);
    if (!document.querySelector("[data-part]")) return;
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const each of page.querySelectorAll("[data-part]")) {
      const content = document.createDocumentFragment();
      content.append(...each.childNodes);
      put(each.dataset.part, content);
    }
  }

  function heard(topic, data, id) {
    if (id) last = id;
    if (topic === "lost" || topic === "signed-out") {
      show("lost", topic === "lost" ? "not connected" : "signed out");
      return;
    }
    show("live", "live");
    if (topic === "finding") tell(topic, JSON.parse(data));
    else if (topic === "resync") refresh();
    else if (topic === "part") {
      const message = JSON.parse(data);
      const made = document.createElement("template");
      made.innerHTML = message.html;
      put(message.part, made.content);
    } else if (TOPICS.includes(topic)) soon(topic);
  }

  function pass(topic, data, id) {
    heard(topic, data, id);
    channel?.postMessage({ topic, data, id });
  }

  function connect(wait) {
    source = new EventSource(`${body.dataset.live}?after=${encodeURIComponent(last)}`);
    for (const topic of [...TOPICS, "hello", "finding", "part", "resync"]) {
      source.addEventListener(topic, (event) => {
        wait = AGAIN[0];
        pass(topic, event.data, event.lastEventId);
      });
    }
    source.addEventListener("signed-out", () => {
      source.close();
      pass("signed-out", "", "");
    });
    source.onerror = () => {
      pass("lost", "", "");
      if (source.readyState !== EventSource.CLOSED) return;
      const before = source;
      setTimeout(() => {
        if (source === before) connect(Math.min(2 * wait, AGAIN[1]));
      }, wait);
    };
  }

  function join() {
    if (!shares) {
      connect(AGAIN[0]);
      return;
    }
    const name = Math.random().toString(36);
    channel = new BroadcastChannel("vedette-live");
    channel.onmessage = ({ data: message }) => {
      if (message.joins) {
        if (!source) return;
        const [topic] = words[0] !== "live" ? ["lost"] : behind(message.last) ? ["resync"] : ["hello"];
        channel.postMessage({ topic, data: "", id: last, to: message.joins });
      } else if (!message.to || message.to === name) heard(message.topic, message.data, message.id);
    };
    channel.postMessage({ joins: name, last });
    leaving = new AbortController();
    const held = () => new Promise((done) => {
      leaving.signal.addEventListener("abort", done);
      connect(AGAIN[0]);
    });
    navigator.locks.request("vedette-live", { signal: leaving.signal }, held).catch(() => {});
  }

  function behind(theirs) {
    const [run, number] = theirs.split("-");
    const [ours, now] = last.split("-");
    return run !== ours || Number(number) < Number(now);
  }

  if (body.dataset.live && window.EventSource) {
    join();
    window.addEventListener("pagehide", () => {
      source?.close();
      source = null;
      channel?.close();
      channel = null;
      leaving?.abort();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) join();
    });
  }

  // Keys. None of them works while one writes, nor with a modifier.
  const PLACES = { n: "/", i: "/incidents", l: "/lures", w: "/websites", r: "/rules", s: "/search", t: "/try", a: "/actions" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Date.now() - going < 1500 && PLACES[event.key]) {
      location.assign(PLACES[event.key]);
      return;
    }
    going = event.key === "g" ? Date.now() : 0;
    if (event.key === "z") nextZone();
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "/") {
      const field = document.querySelector("[data-filter]");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    } else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  });

  function step(by) {
    const links = [...document.querySelectorAll("[data-entries] [data-entry]")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    links[Math.max(0, Math.min(links.length - 1, next))].focus();
  }

  // Select all of a list; forms that ask first.
  document.addEventListener("change", (event) => {
    const all = event.target.closest("input[data-all]");
    if (!all) return;
    for (const each of document.querySelectorAll(`input[name="${CSS.escape(all.dataset.all)}"]`)) {
      each.checked = all.checked;
    }
  });
  document.addEventListener("submit", (event) => {
    const words = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (words && !window.confirm(words)) event.preventDefault();
  });
})();
