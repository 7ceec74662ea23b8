// What htmx asked for and did not get: without this script nobody would be told.
// A page that fails is loaded again as a whole, so that the shop itself says why; a form keeps what was typed.
(() => {
  const REFUSED = 403;
  const OF_A_REVIEW = {
    expired: "Your review did not get in: this form has expired. Copy your text, reload the page, and paste it.",
    late: "No answer came in time. Your text is still here: look whether the review is in before you try again.",
    failed: "Your review did not get through. Your text is still here: try again in a moment.",
  };
  const OF_A_CHANGE = {
    expired: "Nothing was changed: this page has expired. Reload it, and try again.",
    late: "No answer came in time. Look into the cart before you try again.",
    failed: "This did not get through. Reload the page, or try again in a moment.",
  };

  const tell = (form, words) => {
    form.querySelector("[data-failed]")?.remove();
    const alert = document.createElement("p");
    alert.className = "notice notice--error";
    alert.setAttribute("role", "alert");
    alert.setAttribute("data-failed", "");
    alert.tabIndex = -1;
    const title = form.querySelector("h3");
    if (title) title.after(alert);
    else form.append(alert);
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
    } else {
      const words = elt.id === "review-form" ? OF_A_REVIEW : OF_A_CHANGE;
      if (xhr.status === REFUSED) tell(elt, words.expired);
      else tell(elt, event.type === "htmx:timeout" ? words.late : words.failed);
    }
  };

  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, failed);
  }
})();
