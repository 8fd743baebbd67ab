// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A console that dies under a page. */
@Timeout(180)
class StaleBrowserIT {

    @Test
    void aPageSaysThatItIsStaleAndKeepsTheLastFigures() {
        try (Browser browser = Browser.start();
                StubGateway gateway = new StubGateway()) {
            TestConsole console = TestConsole.before(gateway);
            Page page = browser.page(1200, 800, console.url());
            page.navigate(console.url() + "/#overview");
            assertThat(page.getByTestId("live")).hasText("live");
            assertThat(page.getByTestId("tiles")).isVisible();

            console.close();

            assertThat(page.getByTestId("stale")).containsText("Figures are the last known");
            assertThat(page.getByTestId("live")).hasText("stale");
            assertThat(page.getByTestId("tiles")).isVisible();
            assertThat(browser.complaints()).allMatch(each -> each.contains("net::ERR"));
        }
    }
}
