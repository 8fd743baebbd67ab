// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTest {

    @Test
    void whatTheRegistryHoldsItselfIsASource() {
        assertThat(Source.parse("mlflow-artifacts:/uploads/up-1")).isEqualTo(new Source.Upload("up-1"));
        assertThat(Source.parse("models:/a/1"))
                .isEqualTo(new Source.OfVersion(new ModelName("a"), new VersionName("1")))
                .isEqualTo(Source.parse(Source.of(new ModelName("a"), new VersionName("1"))));
        assertThat(Source.parse("models:/a@champion"))
                .isEqualTo(new Source.OfAlias(new ModelName("a"), new AliasName("champion")));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "file:///etc",
                "file:/etc/passwd",
                "FILE:///etc",
                "/etc/passwd",
                "../etc",
                "http://x#/../../etc",
                "http://169.254.169.254/latest",
                "https://user@host/a",
                "s3://bucket/key",
                "dbfs:/a",
                "runs:/0123/model",
                "models:/m-0123456789",
                "models:/a/1/../2",
                "models:/a/..",
                "models:/../1",
                "models:/a/1#fragment",
                "models:/a/1?query",
                "models:/a/%2e%2e",
                "models:/a/%252e%252e",
                "models://profile@databricks/a/1",
                "mlflow-artifacts:/uploads/",
                "mlflow-artifacts:/uploads/..",
                "mlflow-artifacts:/uploads/a/../../etc",
                "mlflow-artifacts:/uploads/%252e%252e",
                "mlflow-artifacts:/uploads/a#/../../etc",
                "mlflow-artifacts://host/uploads/a",
                "mlflow-artifacts:/uploads/a\n",
                "mlflow-artifacts:/uploads/a\u0000"
            })
    void everyOtherAddressIsRefused(String source) {
        assertThatThrownBy(() -> Source.parse(source)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.problem().code()).isEqualTo(ProblemCode.INVALID_VALUE);
            assertThat(problem.problem().param()).isEqualTo("source");
        });
    }
}
