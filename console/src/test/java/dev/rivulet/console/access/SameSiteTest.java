// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

class SameSiteTest {

    private static boolean isForeign(HttpMethod method, String header, String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.HOST, "localhost:7101");
        headers.set(header, value);
        return SameSite.isForeign(method, headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "http://localhost:9999",
                "http://localhost",
                "http://localhost:7101.evil.example",
                "not a url"
            })
    void refusesAChangeFromAForeignPage(String origin) {
        assertThat(isForeign(HttpMethod.POST, "Origin", origin)).isTrue();
        assertThat(isForeign(HttpMethod.DELETE, "Origin", origin)).isTrue();
    }

    @Test
    void takesAChangeFromItsOwnPageOrFromNoPageAtAll() {
        assertThat(isForeign(HttpMethod.POST, "Origin", "http://localhost:7101"))
                .isFalse();
        assertThat(isForeign(HttpMethod.POST, "User-Agent", "curl")).isFalse();
    }

    @Test
    void refusesAChangeThatTheBrowserCallsForeignWhenItTellsNoOrigin() {
        assertThat(isForeign(HttpMethod.POST, "Sec-Fetch-Site", "cross-site")).isTrue();
        assertThat(isForeign(HttpMethod.POST, "Sec-Fetch-Site", "same-site")).isTrue();
        assertThat(isForeign(HttpMethod.POST, "Sec-Fetch-Site", "same-origin")).isFalse();
    }

    @Test
    void letsPagesBeRead() {
        assertThat(isForeign(HttpMethod.GET, "Origin", "http://evil.example")).isFalse();
    }
}
