package dev.rivulet.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

class SameSiteTest {

    private final SameSite loopback = new SameSite(SameSite.LOOPBACK);
    private final SameSite everyHost = new SameSite(Set.of());

    private static HttpHeaders headers(String... pairs) {
        HttpHeaders headers = new HttpHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.set(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:7101", "LOCALHOST", "127.0.0.1:7101", "[::1]:7101", "[::1]"})
    void knowsThisMachinesNames(String host) {
        assertThat(loopback.objection(HttpMethod.GET, headers("Host", host))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rebound.example:7101", "localhost.example", "127.0.0.1.example:7101", ""})
    void refusesANameThatAForeignPageMadePointHere(String host) {
        assertThat(loopback.objection(HttpMethod.GET, headers("Host", host))).contains("localhost");
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example", "null", "http://localhost:9999", "http://localhost:7101.evil.example", "'not a url'"
    })
    void refusesAChangeFromAForeignPage(String origin) {
        assertThat(loopback.objection(HttpMethod.POST, headers("Host", "localhost:7101", "Origin", origin)))
                .contains("another site");
    }

    @Test
    void takesAChangeFromItsOwnPageOrFromNoPageAtAll() {
        assertThat(loopback.objection(
                        HttpMethod.POST, headers("Host", "localhost:7101", "Origin", "http://localhost:7101")))
                .isNull();
        assertThat(everyHost.objection(HttpMethod.POST, headers("Host", "a.example"))).isNull();
    }

    @Test
    void refusesAChangeThatTheBrowserCallsForeignWhenItTellsNoOrigin() {
        assertThat(everyHost.objection(HttpMethod.POST, headers("Host", "a.example", "Sec-Fetch-Site", "cross-site")))
                .isNotNull();
        assertThat(everyHost.objection(HttpMethod.POST, headers("Host", "a.example", "Sec-Fetch-Site", "same-origin")))
                .isNull();
    }
}
