// As browsers' translators do it: each text node gives way to elements with other words.

/** Translates what is not yet; a polite translator leaves alone what it is told to. */
export function translate(node, polite) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const spared = polite && text.parentElement.closest("[translate=no]");
    if (spared || text.parentElement.closest("font") || !text.data.trim()) continue;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = `«${text.data}»`;
    outer.append(inner);
    text.replaceWith(outer);
  }
}

/** What stands on the page, in the words before they were translated. */
export const original = (node) => node.textContent.replaceAll(/[«»]/g, "");

/** What was translated. */
export const translated = (node) => (node.textContent.match(/«[^»]*»/g) ?? []).join("\n");
