// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DialogueGeneratorTest {
    private static List<Dialogue> draw(long seed, Wording.Split split, int count) {
        RandomGenerator random = GenerateCorpus.random(seed);
        DialogueGenerator generator = new DialogueGenerator(Books.SCHEMA, Books.BOOK, split);
        return Stream.generate(() -> generator.next(random)).limit(count).toList();
    }

    @Test
    void theSameSeedGivesTheSameConversationsAndAnotherSeedOthers() {
        assertThat(draw(7, Wording.Split.TRAIN, 500)).isEqualTo(draw(7, Wording.Split.TRAIN, 500));
        assertThat(draw(7, Wording.Split.TRAIN, 500)).isNotEqualTo(draw(8, Wording.Split.TRAIN, 500));
    }

    @Test
    void everyAnswerContainsEverySlotValueVerbatim() {
        assertThat(draw(1, Wording.Split.TRAIN, 4000))
                .flatExtracting(Dialogue::turns)
                .allSatisfy(turn -> assertThat(turn.resolved().values())
                        .as("%s", turn)
                        .allSatisfy(value -> assertThat(turn.answer().toLowerCase(Locale.ROOT))
                                .contains(value.toLowerCase(Locale.ROOT))));
    }

    @Test
    void everySlotNamedInATurnHoldsAfterIt() {
        assertThat(draw(2, Wording.Split.TRAIN, 4000))
                .flatExtracting(Dialogue::turns)
                .filteredOn(turn -> !turn.intent().isEmpty())
                .allSatisfy(turn -> assertThat(turn.resolved())
                        .as("%s", turn)
                        .containsAllEntriesOf(turn.utterance().values()));
    }

    @Test
    void everyIntentIsDrawnInBothShares() {
        Set<String> intents = Books.SCHEMA.intents().keySet();
        for (Wording.Split split : Wording.Split.values()) {
            Set<String> seen = draw(3, split, 4000).stream()
                    .flatMap(dialogue -> dialogue.turns().stream())
                    .map(Dialogue.Turn::intent)
                    .filter(intent -> !intent.isEmpty())
                    .collect(Collectors.toSet());
            assertThat(seen).as("%s", split).isEqualTo(intents);
        }
    }

    @Test
    void followUpsInheritWhatTheyLeaveOut() {
        Resolution memory = new Resolution(Books.SCHEMA);
        memory.resolve(
                "room.book", Map.of("room", "Aurora", "date", "tomorrow", "time", "at 9", "duration", "an hour"));
        assertThat(memory.resolve("room.book", Map.of("room", "Delta")))
                .containsExactly(
                        Map.entry("room", "Delta"),
                        Map.entry("date", "tomorrow"),
                        Map.entry("time", "at 9"),
                        Map.entry("duration", "an hour"));
        assertThat(memory.resolve("light.on", Map.of())).containsExactly(Map.entry("room", "Delta"));
        assertThat(memory.resolve("info.hours", Map.of())).isEmpty();
    }

    @Test
    void theNewerOfRoomAndFloorCounts() {
        Resolution memory = new Resolution(Books.SCHEMA);
        memory.resolve("maintenance.report", Map.of("device", "tap", "problem", "dripping", "room", "the kitchen"));
        memory.resolve("alarm.silence", Map.of("floor", "the basement"));
        assertThat(memory.resolve("maintenance.status", Map.of("device", "tap")))
                .containsEntry("floor", "the basement")
                .doesNotContainKey("room");
    }

    @Test
    void anOpenRequiredSlotIsAskedFor() {
        AnswerBook answers = new AnswerBook(Books.SCHEMA, Books.BOOK);
        RandomGenerator random = GenerateCorpus.random(1);
        assertThat(answers.answer("room.book", Map.of("room", "Aurora"), random))
                .isEqualTo("For which day? I have noted Aurora.");
        assertThat(answers.answer("light.on", Map.of(), random)).isEqualTo("Which room do you mean?");
    }

    @Test
    void valuesComeFromASpaceFarLargerThanThePools() {
        Values values = new Values(Books.SCHEMA);
        RandomGenerator random = GenerateCorpus.random(5);
        for (String slot : List.of("person", "company", "plate", "date", "time", "duration", "temperature", "level")) {
            Set<String> seen =
                    Stream.generate(() -> values.slot(slot, random)).limit(3000).collect(Collectors.toSet());
            assertThat(seen.size()).as(slot).isGreaterThan(pool(slot).values().size() * 6);
        }
    }

    private static BuildingSchema.Pool pool(String slot) {
        return Books.SCHEMA.slots().getOrDefault(slot, new BuildingSchema.Pool(false, List.of()));
    }
}
