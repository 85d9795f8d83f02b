"""litdown: an article to Markdown."""

import common
import litdown

if __name__ == "__main__":
    common.main(litdown.convert)
