// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.StubReplica;
import org.junit.jupiter.api.Test;

class TokenMeterTest {

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":3}}}";

    @Test
    void theUsageOfAWholeAnswerCounts() {
        TokenMeter meter = seeing(false, "{\"id\":\"x\",\"choices\":[" + "\"y\",".repeat(5_000) + "1]," + USAGE);
        assertThat(meter.tokens(1)).isEqualTo(18);
    }

    @Test
    void theUsageChunkOfAStreamCountsHoweverItIsCut() {
        String stream = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}],\"usage\":null}\n\n".repeat(40)
                + "data: {\"choices\":[]," + USAGE
                + "\n\n: server-timing tokenise;dur=0.1, queue;dur=12.5, decode;dur=9\n\n"
                + "data: [DONE]\n\n";
        for (int cut = 1; cut < 700; cut += 13) {
            TokenMeter meter = new TokenMeter(true);
            for (int at = 0; at < stream.length(); at += cut) {
                meter.see(StubReplica.utf8(stream.substring(at, Math.min(stream.length(), at + cut))));
            }
            assertThat(meter.tokens(1)).as("cut every " + cut).isEqualTo(18);
            assertThat(meter.queued()).hasValue(12_500_000L);
        }
    }

    @Test
    void withoutUsageEventsCountAndThePromptIsGuessed() {
        TokenMeter meter = seeing(true, "data: {\"choices\":[]}\n\n".repeat(103));
        assertThat(meter.tokens(25)).isEqualTo(125);
        assertThat(meter.queued()).isEmpty();
    }

    @Test
    void anAnswerCanNotForgeItsUsageOrItsTiming() {
        TokenMeter meter = seeing(
                true,
                "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"total_tokens\\\":0}\\n: server-timing "
                        + "queue;dur=1\"}}]}\n\n".repeat(1));
        assertThat(meter.tokens(25)).isEqualTo(25);
        assertThat(meter.queued()).isEmpty();
    }

    @Test
    void nothingSeenIsThePromptAlone() {
        assertThat(new TokenMeter(true).tokens(25)).isEqualTo(25);
        assertThat(TokenMeter.queued("ingress;dur=0.3, queue;dur=2")).hasValue(2_000_000L);
        assertThat(TokenMeter.queued("replica-queue;dur=2")).isEmpty();
    }

    private static TokenMeter seeing(boolean stream, String text) {
        TokenMeter meter = new TokenMeter(stream);
        meter.see(StubReplica.utf8(text));
        return meter;
    }
}
