// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

class LiveSettingsCatalogueTest {

    private final LiveSettingsCatalogue catalogue = LiveSettingsCatalogue.ofRivulet();

    @ParameterizedTest
    @CsvSource({
        "gateway-service, rivulet.admission.concurrency, 64",
        "gateway-service, rivulet.admission.max-wait, 10s",
        "gateway-service, rivulet.admission.adaptive, false",
        "gateway-service, rivulet.policy.max-answer, 8MB",
        "gateway-service, rivulet.policy.keys.team-a, strict",
        "gateway-service, rivulet.policy.keys[Team A], strict",
        "gateway-service, rivulet.policy.policies.strict.input.people, redact",
        "gateway-service, rivulet.policy.filters.people.pii[0], email",
        "gateway-service, rivulet.policy.filters.toxic.classifier.score, 0.5",
        "console, logging.level.dev.rivulet.console, debug",
        "application, logging.level.root, warn",
        "model-registry, logging.level.org.springframework, error",
    })
    void aLiveSettingWithAGoodValueMayBePublished(String application, String key, String value) {
        assertThat(catalogue.check(application, key, value)).isEqualTo(new Verdict.Good());
    }

    @ParameterizedTest
    @CsvSource({
        "gateway-service, rivulet.admission.concurrency, 0, from 1 to 100000",
        "gateway-service, rivulet.admission.max-wait, 11m, a time with its unit",
        "gateway-service, rivulet.admission.max-wait, 10, a time with its unit",
        "gateway-service, rivulet.admission.max-wait, 99999999999999999999s, a time with its unit",
        "gateway-service, rivulet.admission.adaptive, yes, true or false",
        "gateway-service, rivulet.policy.max-answer, 65MB, a size",
        "gateway-service, rivulet.policy.policies.strict.input.people, drop, 'one of flag, redact, block'",
        "gateway-service, rivulet.policy.filters.toxic.classifier.score, 0, above 0",
        "gateway-service, rivulet.policy.filters.toxic.classifier.score, 1e9, above 0",
        "gateway-service, rivulet.policy.default-policy, ${HOME}, placeholder",
        "gateway-service, rivulet.policy.default-policy, a#{1+1}, placeholder",
        "gateway-service, rivulet.policy.enabled, true, no setting",
        "gateway-service, rivulet.admission.maxWait, 1s, no setting",
        "model-registry, rivulet.admission.queue, 1, no setting",
        "model-registry, spring.main.sources, a, no setting",
        "console, logging.level.org.springframework.web, debug, 'one of info, warn, error, off'",
        "nobody, logging.level.root, info, no setting",
    })
    void allElseIsRefusedWithHowToMendIt(String application, String key, String value, String reason) {
        assertThat(catalogue.check(application, key, value))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    @Test
    void aValueWithALineBreakOrWithoutEndIsRefused() {
        for (String value : List.of("a\nspring.main.sources=x", "x".repeat(4_001))) {
            assertThat(catalogue.check("gateway-service", "rivulet.policy.default-policy", value))
                    .isInstanceOf(Verdict.Refused.class);
        }
    }

    @Test
    void theAuditNamesASettingThatOneSideLacksAndABoundThatDiffers() {
        assertThat(CatalogueAudit.differences("model-registry", Limits.class))
                .anyMatch(difference -> difference.contains("the record has [max-files, max-wait]"))
                .contains("rivulet.catalog.max-files: the record refuses 10000")
                .contains("rivulet.catalog.max-files: the record takes 0");
    }

    @ConfigurationProperties("rivulet.catalog")
    record Limits(
            @DefaultValue("1") @Min(0) @Max(9_999) int maxFiles,
            @DefaultValue("1s") Duration maxWait) {}
}
