// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The one form of lines, and values that can't be written. */
class EntryFormTest {

    @Test
    void everyKindIsReadAsItWasWritten() {
        for (String line : WrittenLog.full().lines()) {
            assertThat(AuditEntry.parse(line).body())
                    .isEqualTo(Signed.parse(line).body());
        }
    }

    @Test
    void aLineIsWhatTheDocumentationShows() {
        AuditEvent event = new AuditEvent.RoundClosed(
                3,
                "1.0.3",
                WrittenLog.SETTINGS,
                "FedAvg",
                List.of("bb".repeat(16), "aa".repeat(16)),
                new PrivacySpend(
                        new BigDecimal("0.170"), new BigDecimal("0.58"), BigDecimal.ZERO, new BigDecimal("1E-5")),
                new BigDecimal("0.50"),
                true);
        AuditEntry entry = new AuditEntry(7, WrittenLog.BEGIN, event, AuditEntry.NONE);
        assertThat(entry.body())
                .isEqualTo("{\"seq\":7,\"time\":\"2026-11-02T09:00:00.000Z\",\"kind\":\"round-closed\",\"round\":3,"
                        + "\"version\":\"1.0.3\",\"digest\":\"" + WrittenLog.SETTINGS + "\",\"strategy\":\"FedAvg\","
                        + "\"count\":2,\"contributors\":[\"" + "aa".repeat(16) + "\",\"" + "bb".repeat(16) + "\"],"
                        + "\"epsilon\":\"0.17\",\"epsilonTotal\":\"0.58\",\"delta\":\"0\",\"deltaTotal\":\"0.00001\","
                        + "\"clip\":\"0.5\",\"secureAggregation\":true,\"prev\":\"" + AuditEntry.NONE + "\"}");
    }

    @Test
    void otherFormsOfTheSameValuesAreRefused() {
        String line = WrittenLog.full().lines().get(2);
        String[][] changes = {
            {"\"seq\":2", "\"seq\":02"},
            {"\"seq\":2,", "\"seq\": 2,"},
            {".000Z", "Z"},
            {"\"0.41\"", "\"0.410\""},
            {"\"0.41\"", "\"4.1E-1\""},
            {"\"0.41\"", "\"1E+999999999\""},
            {"\"FedAvg\"", "\"Fed\\u0041vg\""},
            {"\"count\":3", "\"count\":4"},
        };
        for (String[] change : changes) {
            String other = line.replace(change[0], change[1]);
            assertThat(other).as(change[1]).isNotEqualTo(line);
            assertThatThrownBy(() -> AuditEntry.parse(other))
                    .as(change[1])
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesThatHideSomethingAreRefused() {
        for (String name : List.of("", " ", "a\nb", "a\u007f", "\ud800", "x".repeat(501))) {
            assertThatThrownBy(() -> new AuditEvent.RoundFailed(1, name, null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aPseudonymIsTheSameForAFederationAndAnotherForTheNext() {
        byte[] other = new byte[32];
        other[0] = 1;
        // printf device-1 | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00, its first half
        assertThat(new Pseudonyms(new byte[32]).of("device-1")).isEqualTo("8144dedccca2d6c63960d62ad06dd617");
        assertThat(new Pseudonyms(other).of("device-1"))
                .isNotEqualTo(WrittenLog.device(1))
                .hasSize(32);
        assertThatThrownBy(() -> new Pseudonyms(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWholeIsRoundedUpAndNeverGoesDown() {
        PrivacySpend one = PrivacySpend.upTo(null, 0.1234567891, 1e-5);
        assertThat(one.epsilonTotal()).isEqualByComparingTo("0.12345679");
        PrivacySpend two = PrivacySpend.upTo(one, 0.1, 1e-6);
        assertThat(two.epsilon()).isZero();
        assertThat(two.epsilonTotal()).isEqualTo(one.epsilonTotal());
        assertThat(two.deltaTotal()).isEqualTo(one.deltaTotal());
    }

    @Test
    void aKeyIsReadFromWhatOpensslWrites() {
        AuditKey key = new WrittenLog().first;
        String pem = "-----BEGIN PUBLIC KEY-----\n" + key.base64() + "\n-----END PUBLIC KEY-----\n";
        assertThat(AuditKey.ofPem(pem)).isEqualTo(key);
        assertThatThrownBy(() -> AuditKey.ofPem("PRIVATE")).hasMessageContaining("PUBLIC KEY");
        assertThatThrownBy(() -> new AuditKey("AAAA")).isInstanceOf(IllegalArgumentException.class);
    }
}
