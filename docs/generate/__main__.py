"""`python -m docs.generate` writes what changed and says so."""

from . import ROOT, make, targets

for target in targets():
    path, text = ROOT / target, make(target)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {target}")
