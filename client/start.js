// What runs before the program, and tells people why it does not. In the JavaScript of browsers
// that are too old for the rest.
(function () {
  // As long as the page takes over a line of 40 kB/s, in milliseconds.
  var SLOW = 10000;

  var page = document.getElementById("page");
  var start = document.getElementById("start");
  var reload = document.getElementById("reload");
  var begun = false;

  // The same that the program chooses: `first_language` in app.rs.
  function language() {
    var forced = /[?&]lang=([^&]*)/.exec(location.search);
    var chosen = null;
    try {
      chosen = localStorage.getItem("madang.language");
    } catch (_) {
      // Browsers may forbid to keep anything.
    }
    var tags = [forced && forced[1], chosen].concat(navigator.languages || navigator.language);
    for (var i = 0; i < tags.length; i++) {
      var spoken = /^(en|ko)(?=$|[-_])/i.exec(tags[i] || "");
      if (spoken) return spoken[1].toLowerCase();
    }
    return "en";
  }

  // Shows the section of this name in place of the program; none, for the program in place of them.
  function tell(name) {
    begun = begun || !name;
    var sections = start.getElementsByTagName("section");
    for (var i = 0; i < sections.length; i++) sections[i].hidden = sections[i].className !== name;
    reload.hidden = false;
    document.body.appendChild(name ? start : page);
    var other = name ? page : start;
    if (other.parentNode) other.parentNode.removeChild(other);
  }

  // A script, a module or its WebAssembly fails before the program runs. Later that is the
  // program's own matter.
  function failed(event) {
    var isResource = event.target !== window;
    if (begun || (isResource && event.target.tagName !== "SCRIPT")) return;
    var error = event.error || event.reason || {};
    tell(/^(CompileError|LinkError|SyntaxError)$/.test(error.name) ? "unable" : "missing");
  }

  document.documentElement.lang = language();
  reload.onclick = function () {
    location.reload();
  };
  addEventListener("online", function () {
    if (!begun && start.querySelector(".missing:not([hidden])")) location.reload();
  });
  window.madang = { tell: tell };
  if (typeof WebAssembly !== "object" || !("noModule" in document.createElement("script"))) {
    tell("unable");
    return;
  }
  addEventListener("error", failed, true);
  addEventListener("unhandledrejection", failed);
  setTimeout(function () {
    if (!begun && reload.hidden) tell("slow");
  }, SLOW);
})();
