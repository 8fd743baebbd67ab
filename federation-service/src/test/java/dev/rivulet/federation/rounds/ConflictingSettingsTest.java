// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.aggregation.Combination.Conflict;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.aggregation.Aggregation.Kind;
import dev.rivulet.federation.privacy.PrivacySettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConflictingSettingsTest {

    private static final PrivacySettings NOISE = new PrivacySettings(1, 1, 8, 1e-5, null, null, null);
    private static final SecureSettings MASKED =
            new SecureSettings(SecureSettings.Mode.MASKED, null, null, null, true, null, null, null, null);
    private static final Selection SCORED =
            new Selection(Selection.Kind.SCORED, null, null, null, null, null, null, null, null, null);
    private static final Selection LEAVES_OUT =
            new Selection(null, null, null, null, null, null, null, null, null, 3.0);

    private static List<String> codes(
            Aggregation aggregation,
            SecureSettings secure,
            @Nullable PrivacySettings privacy,
            @Nullable Selection selection) {
        FederationSettings usual = Samples.settings(new Stopping(1, 0, 0, 1));
        return new FederationSettings(
                        usual.policy(),
                        aggregation,
                        usual.training(),
                        usual.limits(),
                        usual.energy(),
                        usual.stopping(),
                        secure,
                        privacy,
                        selection,
                        null)
                .conflicts().stream().map(Conflict::code).toList();
    }

    @Test
    void theUsualSettingsExcludeNothing() {
        assertThat(codes(Aggregation.FED_AVG, SecureSettings.NONE, null, null)).isEmpty();
        assertThat(codes(Aggregation.FED_AVG, SecureSettings.NONE, null, SCORED))
                .isEmpty();
        assertThat(codes(Aggregation.of(Kind.FED_ADAM), MASKED, null, null)).isEmpty();
    }

    @Test
    void whoIsAskedMayNotTellWhatNoiseHides() {
        assertThat(codes(Aggregation.FED_AVG, SecureSettings.NONE, NOISE, SCORED))
                .containsExactlyInAnyOrder("noise-needs-equal-weights", "noise-needs-the-same-chance");
        assertThat(codes(Aggregation.FED_AVG, SecureSettings.NONE, NOISE, LEAVES_OUT))
                .contains("noise-needs-the-same-chance");
    }

    @Test
    void underMasksTheServiceCanNeitherShortenNorCompare() {
        assertThat(codes(Aggregation.FED_AVG, MASKED, NOISE, null)).contains("noise-needs-shortened-updates");
        assertThat(codes(Aggregation.FED_AVG, MASKED, null, LEAVES_OUT))
                .containsExactly("distances-need-single-updates");
    }

    @Test
    void aStrategyNeedsItsUpdatesItsBufferAndItsPull() {
        assertThat(codes(Aggregation.of(Kind.KRUM), SecureSettings.NONE, null, null))
                .contains("quorum-too-small");
        assertThat(codes(Aggregation.of(Kind.FED_BUFF), SecureSettings.NONE, null, null))
                .containsExactly("buffer-is-the-goal");
        assertThat(codes(Aggregation.of(Kind.FED_ASYNC), SecureSettings.NONE, null, null))
                .contains("each-update-makes-a-version");
        assertThat(codes(Aggregation.of(Kind.FED_PROX), SecureSettings.NONE, null, null))
                .containsExactly("fedprox-needs-mu");
    }
}
