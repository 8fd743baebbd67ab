// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TemplateBookTest {
    private static Set<String> sources(List<Wording> wordings) {
        return wordings.stream().map(wording -> wording.phrase().source()).collect(Collectors.toSet());
    }

    @Test
    void everyIntentOfTheSchemaHasWordingsAndAnswers() {
        assertThat(Books.SCHEMA.intents()).hasSizeGreaterThanOrEqualTo(30);
        assertThat(Books.BOOK.wordings().keySet())
                .isEqualTo(Books.SCHEMA.intents().keySet());
        assertThat(Books.BOOK.answers().keySet())
                .isEqualTo(Books.SCHEMA.intents().keySet());
        assertThat(Books.BOOK.answers().values())
                .allSatisfy(answers -> assertThat(answers).isNotEmpty());
    }

    @Test
    void everyIntentHasAtLeastTwelveDistinctWordingsToTrainOn() {
        Books.BOOK
                .wordings()
                .forEach((intent, wordings) -> assertThat(sources(Wording.Split.TRAIN.of(wordings)))
                        .as(intent)
                        .hasSizeGreaterThanOrEqualTo(12));
    }

    @Test
    void everyRequestNamesItsRequiredSlots() {
        Books.BOOK
                .wordings()
                .forEach((intent, wordings) -> assertThat(wordings)
                        .allSatisfy(wording -> assertThat(Books.SCHEMA.firstMissing(
                                        intent, wording.phrase().certainSlots()))
                                .as("%s: %s", intent, wording.phrase().source())
                                .isEmpty()));
    }

    @Test
    void theHeldOutFifthSharesNoWordingWithTraining() {
        Books.BOOK.wordings().forEach((intent, wordings) -> {
            Set<String> train = sources(Wording.Split.TRAIN.of(wordings));
            Set<String> dev = sources(Wording.Split.DEV.of(wordings));
            assertThat(train).as(intent).doesNotContainAnyElementsOf(dev);
            assertThat(dev.size() * 5).as(intent).isBetween(wordings.size() - 5, wordings.size());
            assertThat(train.size() + dev.size()).as(intent).isEqualTo(wordings.size());
        });
    }

    @Test
    void noWordingBelongsToTwoIntents() {
        Map<String, List<String>> intents = Books.BOOK.wordings().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .map(wording -> Map.entry(wording.phrase().source(), entry.getKey())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        assertThat(intents)
                .allSatisfy((wording, owners) ->
                        assertThat(new HashSet<>(owners)).as(wording).hasSize(1));
    }

    @Test
    void everyAnswerOffersAPlaceForEverySlotOfItsIntent() {
        Books.BOOK
                .answers()
                .forEach((intent, answers) -> assertThat(answers)
                        .allSatisfy(answer -> assertThat(answer.slots())
                                .as("%s: %s", intent, answer.source())
                                .containsAll(Books.SCHEMA.slotsOf(intent))));
    }

    @Test
    void answersAboutDoorsAndAlarmsNeverClaimAnAction() {
        List<String> claims = List.of(
                "i have locked",
                "i have unlocked",
                "i have opened",
                "i have silenced",
                "is now",
                "has been",
                "i am locking",
                "i am unlocking",
                "i will lock",
                "i will unlock",
                "i will silence",
                "i will open");
        List<String> answers = Stream.of(
                        "door.lock", "door.unlock", "door.status", "alarm.report", "alarm.status", "alarm.silence")
                .flatMap(intent -> Books.BOOK.answers().getOrDefault(intent, List.of()).stream())
                .map(answer -> answer.source().toLowerCase(java.util.Locale.ROOT))
                .toList();
        assertThat(answers)
                .hasSizeGreaterThanOrEqualTo(12)
                .allSatisfy(answer -> assertThat(claims).as(answer).noneMatch(answer::contains));
    }

    @Test
    void anAlarmReportAlwaysTellsHowToGetSafe() {
        assertThat(Books.BOOK.answers().get("alarm.report"))
                .allSatisfy(answer -> assertThat(answer.source()).contains("call the emergency number"));
    }

    @Test
    void aDoorIsOnlyMovedAfterAConfirmation() {
        for (String intent : List.of("door.lock", "door.unlock")) {
            assertThat(Books.BOOK.answers().getOrDefault(intent, List.of()))
                    .isNotEmpty()
                    .allSatisfy(answer -> assertThat(answer.source()).containsPattern("confirm"));
        }
    }

    @Test
    void anOpenBracketIsRefusedWithItsPattern() {
        assertThatThrownBy(() -> Phrase.parse("turn (on|off the light"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("turn (on|off the light");
    }
}
