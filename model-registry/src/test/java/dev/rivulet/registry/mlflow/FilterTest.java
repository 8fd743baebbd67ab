// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.Condition;
import dev.rivulet.registry.catalog.Condition.Field;
import dev.rivulet.registry.catalog.Condition.Operator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

    @Test
    void theConditionThatTheClientAlwaysAddsIsRead() {
        assertThat(Filter.ofModels("name LIKE 'a%' AND tag.`mlflow.prompt.is_prompt` != 'true'"))
                .containsExactly(
                        new Condition(Field.NAME, "", Operator.LIKE, List.of("a%")),
                        new Condition(Field.TAG, "mlflow.prompt.is_prompt", Operator.DIFFERENT, List.of("true")));
    }

    @Test
    void keysAndTextsAreReadInEveryQuotingAndCase() {
        assertThat(Filter.ofModels("tags.a-b.c='x' and tags.\"d e\" = \"it's\""))
                .containsExactly(Condition.tag("a-b.c", "x"), Condition.tag("d e", "it's"));
        assertThat(Filter.ofModels("  name  =  'it''s AND not'  "))
                .containsExactly(Condition.equal(Field.NAME, "it's AND not"));
        assertThat(Filter.ofModels("name ilike 'a\\_b'"))
                .containsExactly(new Condition(Field.NAME, "", Operator.ILIKE, List.of("a\\\\_b")));
    }

    @Test
    void versionsHaveRunsSourcesAndLists() {
        assertThat(Filter.ofVersions("run_id IN ('r1', 'r2') AND source_path = 'mlflow-artifacts:/models/a/1'"))
                .containsExactly(
                        new Condition(Field.TAG, "mlflow.run_id", Operator.IN, List.of("r1", "r2")),
                        Condition.equal(Field.SOURCE, "mlflow-artifacts:/models/a/1"));
    }

    @Test
    void noFilterWantsNothing() {
        assertThat(Filter.ofModels(null)).isEmpty();
        assertThat(Filter.ofModels("  ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "name =",
                "name = a",
                "name = 'a",
                "name = 'a' OR name = 'b'",
                "name = 'a' AND",
                "name = 'a' name = 'b'",
                "name = 'a'; drop table model",
                "name IN 'a'",
                "name IN ('a'",
                "name IN ()",
                "name > 'a'",
                "owner = 'a'",
                "run_id = 'a'",
                "tags = 'a'",
                "tags. = 'a'",
                "tags.`a = 'a'",
                "AND",
                "name = 'a\u0000'"
            })
    void whatIsNoFilterIsRefused(String filter) {
        assertThatThrownBy(() -> Filter.ofModels(filter))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.problem().param()).isEqualTo("filter"));
    }

    @Test
    void aFilterIsOnlySoLong() {
        String most = "name = '" + "''".repeat(1995) + "'";
        assertThat(most).hasSizeLessThanOrEqualTo(4000);
        assertThat(Filter.ofModels(most)).hasSize(1);
        assertThatThrownBy(() -> Filter.ofModels(most + " ".repeat(100))).isInstanceOf(ProblemException.class);
        String list = "run_id IN (" + "'',".repeat(101) + "'')";
        assertThatThrownBy(() -> Filter.ofVersions(list)).isInstanceOf(ProblemException.class);
    }
}
