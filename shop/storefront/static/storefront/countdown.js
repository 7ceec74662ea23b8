// How long a sale still lasts, by the server's clock: the page says what time it was there, and the browser knows when
// that answer came. A visitor's own clock may be wrong by hours.
// Said aloud once a minute at most, and only in the last hour. Without this script the end stands there as a time.
(() => {
  const shown = document.getElementById("countdown");
  const said = document.getElementById("countdown-said");
  if (!shown || !said) return;

  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  const [navigation] = performance.getEntriesByType("navigation");
  // Out of the browser's own store, the page's time is long past.
  if (navigation?.type === "back_forward" && navigation.transferSize === 0) {
    location.reload();
    return;
  }
  const answeredAt = performance.timeOrigin + (navigation?.responseStart ?? 0);
  const ahead = Date.parse(shown.dataset.now) - answeredAt;
  const until = Date.parse(shown.dataset.until);
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const two = (number) => String(number).padStart(2, "0");
  const counted = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;

  const words = (left) => {
    const days = Math.floor(left / DAY);
    const hours = Math.floor((left % DAY) / HOUR);
    const minutes = Math.floor((left % HOUR) / MINUTE);
    if (still.matches) {
      if (days > 0) return counted(days, "day");
      return hours > 0 ? counted(hours, "hour") : left < MINUTE ? "less than a minute" : counted(minutes, "minute");
    }
    const clock = `${two(hours)}:${two(minutes)}:${two(Math.floor((left % MINUTE) / SECOND))}`;
    return days > 0 ? `${counted(days, "day")} ${clock}` : clock;
  };

  let minuteSaid = Infinity;
  const show = () => {
    const left = until - (Date.now() + ahead);
    if (left <= 0) {
      shown.textContent = "The time is up";
      said.textContent = "The time is up. Load the page again to see the prices.";
      clearInterval(clock);
      return;
    }
    const text = words(left);
    if (shown.textContent !== text) shown.textContent = text;
    const minute = Math.floor(left / MINUTE);
    if (minuteSaid === Infinity) minuteSaid = minute;
    if (minute < minuteSaid && minute <= 60) {
      minuteSaid = minute;
      said.textContent = minute === 0 ? "Less than a minute left" : `${counted(minute, "minute")} left`;
    }
  };

  shown.hidden = false;
  const clock = setInterval(show, SECOND / 4);
  show();
})();
