"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const split = byId("view-cassettes");
  const panel = byId("panel");
  const rows = all("#rows > li");
  const views = all("main > section");
  const first = views.find((one) => !one.hidden).id.slice("view-".length);

  /* Colours: as the system, light, dark. Storage may be refused where the page is a file. */
  const themes = ["auto", "light", "dark"];
  const kept = { get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
    set: (one) => { try { localStorage.setItem("theme", one); } catch { /* not kept then */ } } };
  const paint = (theme) => {
    document.documentElement.dataset.theme = theme;
    byId("theme").querySelector("span").textContent = theme[0].toUpperCase() + theme.slice(1);
    byId("theme").setAttribute("aria-label", `Colours: ${theme === "auto" ? "as the system" : theme}`);
  };
  paint(themes.includes(kept.get()) ? kept.get() : "auto");
  byId("theme").addEventListener("click", () => {
    const now = document.documentElement.dataset.theme;
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    paint(next);
    kept.set(next);
  });

  /* Panels: gzip in base64, of HTML that was escaped when the page was made. */
  const unpack = async (id) => {
    const held = byId(`p-${id}`);
    if (!held) return "<p class='empty'>This cassette is only listed: the page was full.</p>";
    if (!("DecompressionStream" in window)) return "<p class='empty'>This browser is too old to unpack the page: it has no DecompressionStream.</p>";
    const bytes = Uint8Array.from(atob(held.textContent), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };
  let asked = 0;
  const fill = async (where, id) => {
    const mine = ++asked;
    const html = await unpack(id);
    if (mine !== asked) return false;
    const made = document.createElement("template");
    made.innerHTML = html;
    where.replaceChildren(made.content);
    where.dataset.shows = id;
    return true;
  };

  /* Where one is: #c12 is a cassette, #run and the like are views. */
  let current = null;
  const mark = (place) => {
    if (current) current.removeAttribute("aria-current");
    current = place === null ? null : byId(`r${place}`);
    if (!current) return;
    current.setAttribute("aria-current", "true");
    if (document.activeElement !== current) current.scrollIntoView({ block: "nearest" });
  };
  const show = async (moves) => {
    const where = decodeURIComponent(location.hash.slice(1)) || first;
    const cassette = /^c(\d+)$/.exec(where);
    const view = cassette ? "cassettes" : where;
    const known = views.some((one) => one.id === `view-${view}`);
    if (!known && moves) return; // the skip link, say
    const name = known ? view : first;
    for (const one of views) one.hidden = one.id !== `view-${name}`;
    for (const one of all(".views a")) {
      if (one.dataset.view === name) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    }
    if (name !== "cassettes") {
      const section = byId(`view-${name}`);
      if (section.dataset.shows !== name) await fill(section, name);
      return;
    }
    const opens = cassette && byId(`r${cassette[1]}`);
    const was = split.classList.contains("is-open");
    split.classList.toggle("is-open", Boolean(opens));
    if (!opens) {
      if (was && moves) (current || byId("f-text")).focus();
      return;
    }
    mark(cassette[1]);
    if (!(await fill(panel, where))) return;
    const title = rows[cassette[1]].querySelector(".name");
    panel.querySelector("h2")?.append(...[...title.childNodes].map((one) => one.cloneNode(true)));
    panel.setAttribute("aria-label", `Cassette ${title.textContent}`);
    panel.scrollTop = 0;
    if (!matchMedia("(min-width: 46.01rem)").matches) window.scrollTo(0, 0);
    if (moves) panel.focus({ preventScroll: true });
    draw();
  };
  window.addEventListener("hashchange", () => show(true));

  /* Filters: all words have to be there; each choice has to be among the row's. */
  const searched = JSON.parse(byId("searched").textContent);
  const choices = all("[data-filter]");
  const filter = () => {
    const words = byId("f-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, place) => {
      const fits = words.every((word) => searched[place].includes(word))
        && choices.every((one) => !one.value || row.dataset[one.dataset.filter].split("\n").includes(one.value))
        && (!byId("f-trouble").checked || "trouble" in row.dataset);
      row.hidden = !fits;
      left += fits;
    });
    byId("count").textContent = `${left} of ${rows.length}`;
  };
  for (const name of ["input", "change"]) byId("filters").addEventListener(name, filter);
  byId("filters").addEventListener("reset", () => setTimeout(filter));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());

  /* Keys: / searches, arrows move through the list and the tabs, Esc goes back to the list. */
  const typing = (target) => target.matches("input, select, textarea");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (event.key === "/" && !typing(target) && !split.hidden) {
      event.preventDefault();
      location.hash = "cassettes";
      byId("f-text").focus();
    } else if (event.key === "Escape" && panel.contains(target)) {
      const back = current;
      location.hash = "cassettes";
      if (back) setTimeout(() => back.focus());
    } else if (target.closest("#rows") || target.id === "f-text") {
      step(event, target);
    } else if (target.matches("[role=tab]")) {
      turn(event, target);
    }
  });
  const step = (event, target) => {
    const links = rows.filter((row) => !row.hidden).map((row) => row.firstElementChild);
    const at = links.indexOf(target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key]
      ?? (at < 0 ? undefined : { Home: 0, End: links.length - 1 }[event.key]);
    if (to === undefined || !links.length) return;
    event.preventDefault();
    if (to < 0) byId("f-text").focus();
    else links[Math.min(to, links.length - 1)].focus();
  };
  const turn = (event, target) => {
    const tabs = all("[role=tab]", target.parentElement);
    const at = tabs.indexOf(target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    select(next);
    next.focus();
  };
  const select = (tab) => {
    for (const one of all("[role=tab]", tab.parentElement)) {
      const is = one === tab;
      one.setAttribute("aria-selected", String(is));
      one.tabIndex = is ? 0 : -1;
      byId(one.getAttribute("aria-controls")).hidden = !is;
    }
    draw();
  };

  /* Echo links: from the part that issued something to the request that carries it back. */
  const SVG = "http://www.w3.org/2000/svg";
  const draw = () => all(".thread", panel).forEach((thread) => {
    const svg = thread.querySelector(".links");
    const box = thread.getBoundingClientRect();
    svg.replaceChildren();
    all(".echo button[data-link]", thread).forEach((button, number) => {
      const part = byId(button.dataset.to);
      if (!part || !part.offsetParent || !svg.clientWidth) return;
      const edge = svg.clientWidth - 4;
      const [from, to] = [part.getBoundingClientRect(), button.getBoundingClientRect()]
        .map((one, place) => one.top - box.top + (place ? one.height / 2 : Math.min(one.height / 2, 14)));
      const out = edge - 14 - (number % 4) * 7;
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${edge} ${from} H${out + 6} Q${out} ${from} ${out} ${from + 6} V${to - 6} Q${out} ${to} ${out + 6} ${to} H${edge}`);
      path.setAttribute("class", button.dataset.link);
      path.dataset.to = button.dataset.to;
      const dot = document.createElementNS(SVG, "circle");
      for (const [name, value] of [["cx", edge], ["cy", to], ["r", 2.5], ["class", button.dataset.link]]) dot.setAttribute(name, value);
      svg.append(path, dot);
    });
  });
  const light = (event) => {
    const button = event.target.closest?.("[data-to]");
    const id = button && (button.dataset.link ? button.dataset.to : button.closest(".part")?.id);
    for (const path of all(".links path", panel)) path.classList.toggle("lit", path.dataset.to === id);
  };
  for (const name of ["pointerover", "focusin"]) panel.addEventListener(name, light);
  panel.addEventListener("toggle", draw, true);
  new ResizeObserver(() => draw()).observe(panel);
  panel.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) select(tab);
    const end = event.target.closest("[data-to]");
    const goal = end && byId(end.dataset.to);
    if (!goal) return;
    goal.scrollIntoView({ block: "center" });
    all(".flash", panel).forEach((one) => one.classList.remove("flash"));
    goal.classList.add("flash");
    (goal.querySelector("button, summary") || end).focus({ preventScroll: true });
  });

  const top = () => document.documentElement.style.setProperty("--top", `${split.getBoundingClientRect().top + window.scrollY}px`);
  new ResizeObserver(top).observe(document.querySelector(".top"));
  filter();
  show(false);
})();
