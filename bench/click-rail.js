// Runs in the page, before anything of it: clicks the first other page of the rail as soon as there is one, and says when
// that was answered and drawn.
(() => {
  const links = () => [...document.querySelectorAll('nav a[href^="#/"]')];
  const isCurrent = (link) => link?.getAttribute('aria-current') === 'page';
  let wanted = null;
  const look = () => {
    if (wanted === null) {
      const other = links().find((link) => !isCurrent(link));
      if (other === undefined) return;
      wanted = other.getAttribute('href');
      other.click();
    } else if (isCurrent(links().find((link) => link.getAttribute('href') === wanted))) {
      watch.disconnect();
      // The frame after the next one begins when this one has been drawn.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => window.railAnswered(performance.timeOrigin + performance.now())),
      );
    }
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-current'] });
})();
