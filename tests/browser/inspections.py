"""What is looked at on each page; each inspection returns a list of sentences, one for each thing that is wrong.

The browser must have been told to pass over our policy (``bypass_csp``), for axe is a script and 200 % a style. Nothing
else is loosened, and the policy has tests of its own that a browser with this switch would not pass.
"""

from axe_playwright_python.sync_playwright import Axe

# WCAG 2.2 at levels A and AA with everything that came before. On the pages that are ours also what axe takes for good
# practice, which Django's own templates of the administration do not all follow.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCHEMES = ("light", "dark")
DESK, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
MINIMUM_AT_THE_DOOR = 44  # elsewhere axe asks for the 24 of WCAG 2.5.8, with its exceptions
# WCAG 1.4.12, whose four values are to be borne together.
SPACING = "* { line-height:1.5!important; letter-spacing:.12em!important; word-spacing:.16em!important } p { margin-bottom:2em!important }"
LARGE = "html { font-size:200%!important }"

MEASURE = """style => {
    const sheet = document.createElement('style')
    sheet.textContent = style
    document.head.append(sheet)
    const root = document.scrollingElement
    const name = element => `${element.tagName.toLowerCase()}.${element.className}#${element.id}`
    const all = [...document.body.querySelectorAll('*')]
    const cutOff = all.filter(element => {
        // One pixel large is what is only read aloud; without a box it is not shown at all.
        if (element.clientWidth <= 1 || element.clientHeight <= 1 || element.closest('svg')) return false
        if (element.scrollWidth <= element.clientWidth + 1 && element.scrollHeight <= element.clientHeight + 1) return false
        const style = getComputedStyle(element)
        return ['hidden', 'clip'].some(one => [style.overflowX, style.overflowY].includes(one)) && element.innerText.trim()
    }).map(element => `cut off: ${name(element)}`)
    const scrolls = element => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
    const tooWide = all.filter(element => {
        if (element.getBoundingClientRect().right <= innerWidth + 1) return false
        for (let above = element.parentElement; above; above = above.parentElement) if (scrolls(above)) return false
        return true
    }).slice(0, 4).map(name)
    const sideways = root.scrollWidth > innerWidth ? [`to be scrolled sideways: ${root.scrollWidth} px, ${tooWide}`] : []
    sheet.remove()
    return [...cutOff, ...sideways]
}"""
# Three fifths of axe's time go into contrast, for the rows of a table and the frame of every page again and again. Text is of
# one kind if it stands at the same place of the structure, in the same size and colours, before the same grounds; which
# kinds one visitor has seen is kept in their session, as a number each.
CONTRAST = """([key, rules]) => {
    const look = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'fontSize', 'fontWeight', 'visibility']
    const kinds = new Map([[null, 0]])
    const kind = element => {
        if (kinds.has(element)) return kinds.get(element)
        const style = getComputedStyle(element)
        const words = [element.localName, element.getAttribute('class'), ...look.map(one => style[one])].join()
        const number = [...words].reduce((sum, sign) => Math.imul(31, sum) + sign.charCodeAt() | 0, kind(element.parentElement))
        kinds.set(element, number)
        return number
    }
    const shows = element => element.matches('input, select, textarea')
        || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
    const seen = new Set(JSON.parse(sessionStorage.getItem(key)))
    const fresh = [...document.body.querySelectorAll(':not(script, option)')].filter(
        element => shows(element) && seen.size < seen.add(kind(element)).size)
    sessionStorage.setItem(key, JSON.stringify([...seen]))
    if (!fresh.length) return {violations: []}
    return axe.run(fresh, {runOnly: {type: 'rule', values: rules}, resultTypes: ['violations']})
}"""
MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
    const style = getComputedStyle(element)
    return style.animationName !== 'none' || style.transitionDuration.split(', ').some(one => parseFloat(one) > .01)
}).map(element => `${element.tagName.toLowerCase()}.${element.className}`)"""
SMALL = """least => [...document.querySelectorAll('main button, main input:not([type=hidden]), main select, main a.btn')].filter(element => {
    const box = element.getBoundingClientRect()
    return box.width && (box.width < least || box.height < least)
}).map(element => `${element.tagName.toLowerCase()}.${element.className}#${element.id}`)"""


def inspect(page, scheme, in_both=False):
    """Look at one page from all sides; what colours it has in the other scheme only where somebody asks."""
    page.set_viewport_size(DESK)
    least = MINIMUM_AT_THE_DOOR if page.locator("main.door").count() else 0
    return [
        *by_axe(page, scheme),
        *(in_the_other_scheme(page, scheme) if in_both else ()),
        *(f"moves although asked not to: {one}" for one in page.evaluate(MOVING)),
        *(f"with letters twice as large, {one}" for one in page.evaluate(MEASURE, LARGE)),
        *(f"with letters and lines apart, {one}" for one in page.evaluate(MEASURE, SPACING)),
        *on_a_narrow_screen(page),
        *(f"hard to touch: {one}" for one in page.evaluate(SMALL, least)),
    ]


def bring_axe(page):
    """Have axe loaded with each page that is opened from now on: handing it over page by page takes longer than its look."""
    page.add_init_script(script=Axe().axe_script)


def by_axe(page, scheme):
    """Ask all rules about the page; the dearest, contrast, only about text of a kind that was not seen before."""
    rules = {"type": "tag", "values": WCAG if page.url.split("/")[3] == "admin" else [*WCAG, "best-practice"]}
    options = {"runOnly": rules, "rules": {"color-contrast": {"enabled": False}}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)
    return [*_told(found), *_told(page.evaluate(CONTRAST, [f"seen-{scheme}", ["color-contrast"]]))]


def in_the_other_scheme(page, scheme):
    """Ask the rules that look at colours about the same page in the other colours."""
    other = next(one for one in SCHEMES if one != scheme)
    page.emulate_media(color_scheme=other)
    found = page.evaluate(CONTRAST, [f"seen-{other}", ["color-contrast", "link-in-text-block"]])
    page.emulate_media(color_scheme=scheme)
    return [f"{other}, {one}" for one in _told(found)]


def _told(found):
    return [
        f"{violation['id']} ({violation['help']}): {node['target']} {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def on_a_narrow_screen(page):
    page.set_viewport_size(NARROW)
    found = [f"on a narrow screen, {one}" for one in page.evaluate(MEASURE, "")]
    return found or [f"on a narrow screen with letters apart, {one}" for one in page.evaluate(MEASURE, SPACING)]
