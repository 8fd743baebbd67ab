// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.privacy.Mechanism.DistributedDiscreteGaussian;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import dev.rivulet.federated.privacy.RdpAccountant;
import dev.rivulet.federated.privacy.Spent;
import dev.rivulet.federation.aggregation.Aggregation;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.SecureSettings.Kind;
import dev.rivulet.federation.rounds.SecureSettings.Mode;
import dev.rivulet.federation.rounds.SecureSettings.Noise;
import dev.rivulet.federation.rounds.SecureTerms.Form;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecureSettingsTest {

    private static final SecureSettings MASKED =
            new SecureSettings(Mode.MASKED, 16, 0.5, null, null, null, null, null, null);
    private static final Noise NOISE = new Noise(Kind.DISTRIBUTED, 1, 0.7);

    @Test
    void aMedianOfUpdatesThatNobodySeesIsRefusedWithWhy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(new Aggregation(Aggregation.Kind.MEDIAN, 1, 0.1), MASKED))
                .withMessageContaining("robust-needs-single-updates")
                .withMessageContaining("nobody sees one")
                .withMessageContaining("NormBounding");
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecureSettings(Mode.NONE, 16, null, null, null, null, null, null, null))
                .withMessageContaining("choose MASKED");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecureSettings(Mode.MASKED, 16, 0.5, null, null, null, null, null, NOISE))
                .withMessageContaining("leave range out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecureSettings(Mode.MASKED, 16, null, null, false, null, null, null, NOISE))
                .withMessageContaining("show through");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecureSettings(Mode.MASKED, 7, null, null, null, null, null, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(
                        Aggregation.FED_AVG,
                        new SecureSettings(Mode.MASKED, 16, null, 5, null, null, null, null, null)))
                .withMessageContaining("threshold");
    }

    @Test
    void withTooManyDevicesForTheBitsThereIsNoRoom() {
        FederationSettings settings = settings(
                Aggregation.FED_AVG, new SecureSettings(Mode.MASKED, 8, null, null, null, null, null, null, null));
        assertThat(SecureTerms.bytes(settings, 10_000)).isEqualTo(10_003);
        FederationSettings many = new FederationSettings(
                new RoundPolicy(100, 2, 1, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                settings.aggregation(),
                settings.training(),
                settings.limits(),
                settings.energy(),
                settings.stopping(),
                settings.secure());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecureTerms.bytes(many, 10_000))
                .withMessageContaining("no room");
    }

    @Test
    void tenThousandValuesOf16BitsAreWithinTheBudgetOfFiftyKilobytes() {
        assertThat(SecureTerms.bytes(settings(Aggregation.FED_AVG, MASKED), 10_000))
                .isLessThan(21_000);
        assertThat(SecureTerms.bytes(settings(Aggregation.FED_AVG, noised()), 10_000))
                .isLessThan(50_000);
    }

    @Test
    void theTermsOfARoundAreTheSameWheneverTheyAreAskedForAndOthersInTheNext() {
        Opened opened = opened(settings(Aggregation.FED_AVG, noised()));
        Federation federation = new Federation("one", settings(Aggregation.FED_AVG, noised()), true);
        SecureTerms terms = SecureTerms.of(federation, 3, opened, 100).orElseThrow();

        assertThat(SecureTerms.of(federation, 3, opened, 100)).contains(terms);
        SecureTerms next = SecureTerms.of(federation, 4, opened, 100).orElseThrow();
        assertThat(next.plan().round()).isNotEqualTo(terms.plan().round());
        assertThat(((Form.Noised) next.form()).rotationSeed())
                .isNotEqualTo(((Form.Noised) terms.form()).rotationSeed());
        assertThat(terms.devices()).containsExactly("a", "b", "c", "d");
        assertThat(terms.number("c")).hasValue(3);
        assertThat(terms.number("z")).isEmpty();
    }

    @Test
    void aRoundIsChargedWithTheNoiseOfTheFewestDevices() {
        FederationSettings settings = settings(Aggregation.FED_AVG, noised());
        var mechanism = (DistributedDiscreteGaussian)
                SecureTerms.mechanism(settings, 100).orElseThrow();

        assertThat(mechanism.devices()).isEqualTo(3);
        RdpAccountant accountant = new RdpAccountant();
        double distributed = accountant.epsilon(List.of(new Spent(mechanism, 10)), 1e-5);
        double central = accountant.epsilon(List.of(new Spent(new SubsampledGaussian(1, 0.7), 10)), 1e-5);
        assertThat(distributed).isBetween(central, 1.05 * central);
        assertThat(SecureTerms.mechanism(settings(Aggregation.FED_AVG, MASKED), 100))
                .isEmpty();
    }

    @Test
    void noiseCountsDevicesAlikeAndIsShorterThanItsClip() {
        assertThat(noised().asOne()).isTrue();
        assertThat(MASKED.asOne()).isFalse();
        Form form = SecureTerms.of(
                        new Federation("one", settings(Aggregation.FED_AVG, noised()), true),
                        1,
                        opened(settings(Aggregation.FED_AVG, noised())),
                        100)
                .orElseThrow()
                .form();
        assertThat(((Form.Noised) form).plan().localDeviation() * Math.sqrt(3)).isCloseTo(0.7, within(1e-12));
    }

    private static SecureSettings noised() {
        return new SecureSettings(Mode.MASKED, 24, null, 3, null, null, null, null, NOISE);
    }

    private static Opened opened(FederationSettings settings) {
        return new Opened(
                Samples.START,
                0,
                Set.of("d", "b", "a", "c"),
                settings.policy(),
                settings.secure().policy(settings.policy()));
    }

    private static FederationSettings settings(Aggregation aggregation, SecureSettings secure) {
        return new FederationSettings(
                Samples.POLICY,
                aggregation,
                new FederationSettings.Training(1, 10, 0.1f, 0),
                new FederationSettings.Limits(1000, 1000, 1000),
                new FederationSettings.Energy(20, false),
                new Stopping(1, 0, 0, 1),
                secure);
    }
}
