// What htmx asked for and did not get: without this script nobody would be told.
// A page that fails is loaded again as a whole, so that the shop itself says why; a form keeps what was typed.
(() => {
  const REFUSED = 403;

  const tell = (form, words) => {
    form.querySelector("[data-failed]")?.remove();
    const alert = document.createElement("p");
    alert.className = "notice notice--error";
    alert.setAttribute("role", "alert");
    alert.setAttribute("data-failed", "");
    alert.tabIndex = -1;
    form.querySelector("h3").after(alert);
    alert.textContent = words;
    alert.focus();
  };

  const failed = (event) => {
    const { elt, requestConfig, pathInfo, xhr } = event.detail;
    if (elt.id === "site-search") {
      document.getElementById("suggestions").replaceChildren();
      elt.dispatchEvent(new Event("suggestions:failed"));
    } else if (requestConfig.verb === "get") {
      location.assign(pathInfo.finalRequestPath);
    } else if (xhr.status === REFUSED) {
      tell(elt, "Your review did not get in: this form has expired. Copy your text, reload the page, and paste it.");
    } else if (event.type === "htmx:timeout") {
      tell(elt, "No answer came in time. Your text is still here: look whether the review is in before you try again.");
    } else {
      tell(elt, "Your review did not get through. Your text is still here: try again in a moment.");
    }
  };

  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, failed);
  }
})();
