// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BeginningTest {

    private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"" + "You answer. ".repeat(20) + "\"}";

    private final Envelope.Reader reader = new Envelope.Reader(64, 1 << 20);

    @Test
    void promptsThatBeginAlikeHaveTheSameFirstBlocks() {
        Beginning one = chat(SYSTEM, user("What is the time?" + "!".repeat(200)));
        Beginning other = chat(SYSTEM, user("Who are you?" + "?".repeat(200)));

        assertThat(one.instructions()).isEqualTo(3).isEqualTo(other.instructions());
        assertThat(one.blocks().subList(0, 3)).isEqualTo(other.blocks().subList(0, 3));
        assertThat(one.blocks().get(4)).isNotEqualTo(other.blocks().get(4));
    }

    @Test
    void aConversationsNextTurnHoldsTheFormerOne() {
        Beginning first = chat(SYSTEM, user("a"));
        Beginning second = chat(SYSTEM, user("a"), "{\"role\":\"assistant\",\"content\":\"b\"}", user("c"));

        assertThat(second.turns()).hasSize(4);
        assertThat(second.turns().get(2)).isEqualTo(first.turns().getFirst());
        assertThat(second.turns().getFirst()).isNotEqualTo(first.turns().getFirst());
    }

    @Test
    void whereTextIsCutIntoMessagesMakesADifference() {
        assertThat(chat(user("ab"), user("c")).turns().getFirst())
                .isNotEqualTo(chat(user("a"), user("bc")).turns().getFirst());
    }

    @Test
    void partsOfContentCountAsTheirText() {
        String parts = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + "x".repeat(100) + "\"}]}";

        assertThat(chat(parts).blocks()).hasSize(1);
    }

    @Test
    void longPromptsHaveSixteenBlocksAndEightTurns() {
        String[] many = new String[40];
        java.util.Arrays.fill(many, user("y".repeat(100)));
        Beginning beginning = chat(many);

        assertThat(beginning.blocks()).hasSize(16);
        assertThat(beginning.turns()).hasSize(8);
    }

    @Test
    void theSessionIsThatOfUserAndCacheKey() {
        assertThat(read("{\"model\":\"m\"}").session()).isNull();
        assertThat(read("{\"model\":\"m\",\"user\":\"u\"}").session())
                .isEqualTo(read("{\"user\":\"u\",\"model\":\"m\",\"n\":1}").session())
                .isNotEqualTo(read("{\"model\":\"m\",\"user\":\"u\",\"prompt_cache_key\":\"k\"}")
                        .session());
        assertThat(read("{\"model\":\"m\",\"user\":[1,{}],\"messages\":{\"a\":[]},\"prompt\":[1,2]}")
                        .session())
                .as("what makes no sense is the replica's to judge")
                .isNull();
    }

    private Beginning chat(String... messages) {
        return read("{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}");
    }

    private Beginning read(String body) {
        return reader.read(body.getBytes(StandardCharsets.UTF_8)).beginning();
    }

    private static String user(String content) {
        return "{\"role\":\"user\",\"content\":\"" + content + "\"}";
    }
}
