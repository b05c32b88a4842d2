"""The accounts' pages in a real browser, by mouse and by keyboard only."""

from playwright.sync_api import Page

from tests.dashboard.conftest import Served, Tab, log_in

OWN = "correct horse battery"


def open_page(page: Page, address: str) -> None:
    """Go there and wait until its forms work."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


def handed_over(page: Page) -> str:
    """What is shown once, noted down; then the page that shows the result."""
    password = page.locator("#said .mono").inner_text()
    page.click("#said button")
    page.wait_for_selector("#said:empty", state="attached")
    return password


def enter(page: Page, url: str, name: str, password: str) -> None:
    """Log in by keyboard alone: the account's field has the focus."""
    page.goto(f"{url}/login")
    page.wait_for_selector("input[name=account]:focus")
    for word in (name, password):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_an_admin_makes_a_guard_who_chooses_a_password_and_sees_the_wall(served: Served, tab: Tab) -> None:
    page = tab.page
    log_in(page, served.url)
    page.wait_for_selector("body[data-ready='1']")
    open_page(page, f"{served.url}/accounts")
    page.fill("form.line input[name=name]", "sun.qi")
    page.click("form.line button")
    password = handed_over(page)
    assert page.locator("tr", has_text="sun.qi").inner_text().count("待本人设密码") == 1
    page.click("header form button")
    page.wait_for_url("**/login")

    enter(page, served.url, "sun.qi", password)
    page.wait_for_url("**/account")
    assert page.locator("nav a").count() == 0
    for word in (password, OWN, "something else"):
        page.keyboard.press("Tab") if page.evaluate("document.activeElement.name") else page.focus("input[name=old]")
        page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.locator("#said.problem", has_text="两次输入的新密码不一样").wait_for()
    page.fill("input[name=again]", OWN)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready='1']")
    open_page(page, f"{served.url}/account")
    assert page.locator("nav a").all_inner_texts() == ["大屏", "事件", "灭火器", "巡查", "名单", "我的账号"]
    assert tab.said == [line for line in tab.said if "400" in line]


def test_a_change_is_asked_about_first_and_taken_back_where_it_cannot_be(served: Served, tab: Tab) -> None:
    page = tab.page
    made = served.run("users", "create", "he.ba", "steward")
    assert made.returncode == 0
    log_in(page, served.url)
    page.wait_for_selector("body[data-ready='1']")
    open_page(page, f"{served.url}/accounts")
    role = page.locator("select[aria-label$='he.ba']")
    page.once("dialog", lambda asked: asked.dismiss())
    role.select_option("manager")
    assert role.input_value() == "steward"
    page.once("dialog", lambda asked: asked.accept())
    role.select_option("manager")
    page.wait_for_selector("select[aria-label$='he.ba'] option[value=manager][selected]", state="attached")
    assert served.stream.ask("select role from accounts where name = 'he.ba'") == [("manager",)]
    served.stream.do("delete from accounts where name = 'he.ba'")
    page.once("dialog", lambda asked: asked.accept())
    page.locator("tr", has_text="he.ba").locator("button[value=disable]").click()
    page.locator("#said.problem", has_text="没有账号“he.ba”").wait_for()
