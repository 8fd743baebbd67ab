// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTest {

    @Test
    void readsNamesLabelsAndNumbers() {
        List<Sample> samples = Exposition.read("""
                # HELP vllm:generation_tokens_total of answers
                # TYPE vllm:generation_tokens_total counter
                vllm:generation_tokens_total{model_name="a",replica="127.0.0.1:7103"} 9.0
                rivulet_gateway_queue 2
                x_bucket{le="+Inf",} 1.5E3 1700000000000
                """, 100);

        assertThat(samples)
                .containsExactly(
                        new Sample(
                                "vllm:generation_tokens_total",
                                Map.of("model_name", "a", "replica", "127.0.0.1:7103"),
                                9),
                        new Sample("rivulet_gateway_queue", Map.of(), 2),
                        new Sample("x_bucket", Map.of("le", "+Inf"), 1500));
    }

    @Test
    void takesQuotationMarksBackslashesAndLineFeedsOutOfTheirEscapes() {
        List<Sample> samples = Exposition.read("a{b=\"say \\\"x\\\"\\\\\\n}\",c=\"\"} +Inf", 100);

        assertThat(samples)
                .containsExactly(new Sample("a", Map.of("b", "say \"x\"\\\n}", "c", ""), Double.POSITIVE_INFINITY));
    }

    @Test
    void passesOverWhatIsNoSample() {
        String text = "a{b=\"never ends 1\nb NaN\nc\nd{e} 1\nf{g=\"h\"\ni one\nj 1";

        assertThat(Exposition.read(text, 100)).containsExactly(new Sample("j", Map.of(), 1));
    }

    @Test
    void keepsNoMoreThanItMay() {
        assertThat(Exposition.read("a 1\nb 2\nc 3", 2)).extracting(Sample::name).containsExactly("a", "b");
    }
}
