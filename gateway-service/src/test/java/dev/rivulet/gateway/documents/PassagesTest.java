// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PassagesTest {

    @Test
    void aHeadingGoesWithWhatStandsUnderIt() {
        assertThat(Passages.of("# Bikes\nIn the basement.\n\nBring a lock.\n## Dogs\nAt home.", 200))
                .containsExactly("Bikes: In the basement.\nBring a lock.", "Dogs: At home.");
    }

    @Test
    void noPassageIsLongerThanItMayBeAndNoWordIsLost() {
        Random random = new Random(11);
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            int words = random.nextInt(300);
            for (int word = 0; word < words; word++) {
                text.append("w")
                        .append(word)
                        .append(List.of(" ", ". ", "\n", "\n\n").get(random.nextInt(4)));
            }
            List<String> passages = Passages.of(text.toString(), 100);
            assertThat(passages).allMatch(passage -> passage.length() <= 100);
            assertThat(String.join(" ", passages).split("[\\s.]+"))
                    .containsExactly(
                            text.isEmpty()
                                    ? new String[] {""}
                                    : text.toString().strip().split("[\\s.]+"));
        }
    }

    @Test
    void rareWordsFindTheirPassage() {
        WordIndex index = new WordIndex(List.of(
                new Document(
                        "doc-1", "handbook", 1, 0, List.of("Bicycles stand in the basement.", "Dogs stay at home.")),
                new Document("doc-2", "menu", 1, 0, List.of("On Friday there is soup."))));

        assertThat(index.search("where can I put my bicycles", 3))
                .extracting(Excerpt::text)
                .containsExactly("Bicycles stand in the basement.");
        assertThat(index.search("is there soup", 3))
                .extracting(Excerpt::document)
                .containsExactly("menu");
        assertThat(index.search("what is the", 3)).isEmpty();
    }
}
