// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PiiTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Write to ada.l+x@mail.example.co.uk, or not     | Write to [EMAIL], or not
            a@b and @handle are no addresses                | a@b and @handle are no addresses
            Call +49 (0)30 901820-0 today                   | Call [PHONE] today
            0049 30 901820 or 030 12345678 or 01 23 45 67 89 | [PHONE] or [PHONE] or [PHONE]
            (212) 555-0134 and 212-555-0134                 | [PHONE] and [PHONE]
            On 01-02-2026 we sold 100 200 300               | On 01-02-2026 we sold 100 200 300
            IBAN DE89 3704 0044 0532 0130 00 is mine        | IBAN [IBAN] is mine
            gb82west12345698765432.                         | [IBAN].
            DE88370400440532013000 has a wrong check         | DE88370400440532013000 has a wrong check
            4111 1111 1111 1111 and 5500-0000-0000-0004     | [CARD] and [CARD]
            4111 1111 1111 1111 12                          | [CARD] 12
            4111 1111 1111 1112 has a wrong check           | 4111 1111 1111 1112 has a wrong check
            order 1234567890123456 of 41111111111111111111   | order 1234567890123456 of 41111111111111111111
            from 10.0.0.1 to 999.1.1.1                      | from [IP] to 999.1.1.1
            at fe80::1 and 2001:db8:0:0:0:0:2:1, 12:30:45   | at [IP] and [IP], 12:30:45
            std::string and a::b and ::                     | std::string and a::b and ::
            ask ADA   LOVELACE or Adaline                   | ask [NAME] or Adaline
            Élodie said so                                  | [NAME] said so
            """)
    void personalDataIsFoundAndWhatLooksLikeItIsNot(String given, String shown) {
        assertThat(Texts.filter(all(), (filter, action) -> {}, given).shown()).containsExactly(shown);
    }

    @Test
    void whatIsNoExpressionIsRefusedWithItsReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Detector.of("a(", 10, "", String::length))
                .withMessageContaining("RE2");
        assertThatIllegalArgumentException().isThrownBy(() -> Detector.of("(a)\\1", 10, "", String::length));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Detector.of("a*", 10, "", String::length))
                .withMessageContaining("empty");
        assertThatIllegalArgumentException().isThrownBy(() -> Detector.of("a", 0, "", String::length));
    }

    private static List<Rule> all() {
        List<Detector> detectors = new ArrayList<>();
        for (Pii kind : Pii.values()) {
            detectors.addAll(kind.detectors(null));
        }
        detectors.add(Pii.name("Ada Lovelace", null));
        detectors.add(Pii.name("Élodie", null));
        return List.of(new Rule("pii", Action.REDACT, detectors));
    }
}
