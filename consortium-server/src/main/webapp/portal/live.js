// Keeps the page up to date: fetches it, or what data-source names, again and exchanges the parts that differ, so that
// the reader keeps place.
(() => {
  "use strict";
  const PERIOD = 5000;
  const source = document.currentScript.dataset.source || location.href;
  const failed = document.getElementById("live-failed");

  async function update() {
    if (document.hidden) {
      return;
    }
    // Not followed: a redirect means that the login has ended, and Keycloak wants to be visited by the person.
    const answer = await fetch(source, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      location.reload();
      return;
    }
    if (!answer.ok) {
      throw new Error("status " + answer.status);
    }
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = next.getElementById(part.id);
      if (other && other.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
        part.replaceChildren(...other.childNodes);
      }
    }
  }

  async function loop() {
    try {
      await update();
      failed.hidden = true;
    } catch (error) {
      failed.hidden = false;
    }
    setTimeout(loop, PERIOD);
  }

  setTimeout(loop, PERIOD);
})();
