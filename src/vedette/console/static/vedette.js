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
  const state = document.getElementById("live-state");
  function connect() {
    const source = new EventSource(body.dataset.live);
    const show = (name, words) => {
      if (!state) return;
      state.dataset.state = name;
      state.textContent = words;
    };
    const topics = ["incidents", "actions", "sources", "finding"];
    const due = {};
    const tell = (topic, detail) => {
      body.dispatchEvent(new CustomEvent("vedette:" + topic, { detail }));
    };
    source.addEventListener("hello", () => show("live", "live"));
    source.onerror = () => show("lost", "not connected");
    for (const topic of topics) {
      source.addEventListener(topic, (event) => {
        show("live", "live");
        if (topic === "finding") {
          tell("finding", JSON.parse(event.data));
          return;
        }
        if (due[topic]) return;
        due[topic] = setTimeout(() => {
          delete due[topic];
          tell(topic, null);
        }, 300 + Math.random() * 1200);
      });
    }
    source.addEventListener("part", (event) => {
      const message = JSON.parse(event.data);
      const old = document.querySelector(`[data-part="${CSS.escape(message.part)}"]`);
      if (!old || old.contains(document.activeElement)) return;
      const made = document.createElement("template");
      made.innerHTML = message.html;
      old.replaceChildren(made.content);
      window.htmx?.process(old);
      showTimes(old);
    });
    source.addEventListener("resync", () => {
      for (const topic of topics.slice(0, 3)) tell(topic, null);
    });
    source.addEventListener("signed-out", () => {
      source.close();
      show("lost", "signed out");
    });
    window.addEventListener("pagehide", () => source.close());
  }
  if (body.dataset.live && window.EventSource) connect();

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
