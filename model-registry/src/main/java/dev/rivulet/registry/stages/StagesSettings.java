// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may move versions between stages.
 *
 * @param principals the SHA-256 of each person's own token by the person's name; the tokens themselves are nowhere here
 * @param approved stages that a version reaches only when a second person approves
 */
@Validated
@ConfigurationProperties("rivulet.stages")
public record StagesSettings(
        @DefaultValue Map<String, String> principals,
        @DefaultValue("production") Set<Stage> approved) {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public StagesSettings {
        principals = Map.copyOf(principals);
        approved = Set.copyOf(approved);
        principals.forEach((name, digest) -> {
            if (!DIGEST.matcher(digest).matches()) {
                throw new IllegalArgumentException("rivulet.stages.principals." + name
                        + " must be the SHA-256 of the person's token in hexadecimal");
            }
        });
        if (principals.containsKey(Stages.MLFLOW)) {
            throw new IllegalArgumentException("rivulet.stages.principals." + Stages.MLFLOW
                    + " is what changes by clients of MLflow are recorded as; choose another name");
        }
        if (principals.values().stream().distinct().count() < principals.size()) {
            throw new IllegalArgumentException(
                    "Two names of rivulet.stages.principals have one token: one person could approve for himself");
        }
    }

    /** Says who may, and no digest. */
    @Override
    public String toString() {
        return "StagesSettings[principals=" + principals.keySet() + ", approved=" + approved + "]";
    }
}
