// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

class ServiceTokenTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final ServiceToken token = new ServiceToken(SECRET);

    @Test
    void itKnowsItsOwnHeaderAndNoOther() {
        assertThat(token.shownBy("Bearer " + SECRET)).isTrue();
        assertThat(token.shownBy("bearer  " + SECRET)).isTrue();
        for (String wrong :
                List.of("", "Bearer", "Bearer ", "Basic " + SECRET, SECRET, "Bearer " + SECRET + "0", "Bearer 0")) {
            assertThat(token.shownBy(wrong)).as(wrong).isFalse();
        }
        assertThat(token.shownBy(null)).isFalse();
    }

    @Test
    void withoutATokenNothingIsShownAndNothingIsSent() {
        ServiceToken none = new ServiceToken(null);
        HttpHeaders headers = new HttpHeaders();
        none.authorize(headers);
        assertThat(headers.isEmpty()).isTrue();
        assertThat(none.shownBy("Bearer ")).isFalse();
        assertThat(none.present()).isFalse();
    }

    @Test
    void aClientSendsIt() {
        HttpHeaders headers = new HttpHeaders();
        token.authorize(headers);
        assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void noTextOfItGivesTheSecretAway() {
        assertThat(token.toString()).doesNotContain(SECRET);
        assertThat(new AccessProperties(SECRET, List.of(), List.of()).toString())
                .doesNotContain(SECRET);
    }

    @Test
    void aTokenThatCanBeGuessedOrSentByNobodyIsRefused() {
        assertThatThrownBy(() -> new AccessProperties("short", List.of(), List.of()))
                .hasMessageContaining("RIVULET_INTERNAL_TOKEN")
                .hasMessageNotContaining("short")
                .hasMessageContaining("openssl rand -hex 32");
        assertThatThrownBy(() -> new AccessProperties("0123456789 abcdef0123456789", List.of(), List.of()))
                .hasMessageContaining("visible ASCII");
    }
}
