package dev.rivulet.gateway.admission;

import static dev.rivulet.gateway.admission.AdmissionPolicy.Decision.ADMIT;
import static dev.rivulet.gateway.admission.AdmissionPolicy.Decision.REFUSE;
import static dev.rivulet.gateway.admission.AdmissionPolicy.Decision.WAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionPolicyTest {

    private final AdmissionSettings settings = new AdmissionSettings(2, 1, Duration.ofSeconds(1));

    @Test
    void roomThenQueueThenRefusal() {
        assertThat(AdmissionPolicy.decide(settings, 1, 0)).isEqualTo(ADMIT);
        assertThat(AdmissionPolicy.decide(settings, 2, 0)).isEqualTo(WAIT);
        assertThat(AdmissionPolicy.decide(settings, 2, 1)).isEqualTo(REFUSE);
    }

    @Test
    void nobodyOvertakesThoseWhoWait() {
        assertThat(AdmissionPolicy.decide(new AdmissionSettings(2, 5, Duration.ofSeconds(1)), 1, 1))
                .isEqualTo(WAIT);
    }

    @Test
    void roomIsNeverNegative() {
        assertThat(AdmissionPolicy.room(settings, 5, 3)).isZero();
        assertThat(AdmissionPolicy.room(settings, 1, 3)).isEqualTo(1);
        assertThat(AdmissionPolicy.room(settings, 0, 1)).isEqualTo(1);
    }

    @Test
    void aWaitBeyondTenMinutesIsNoSetting() {
        assertThatThrownBy(() -> new AdmissionSettings(1, 1, Duration.ofMinutes(11)))
                .hasMessageContaining("rivulet.admission.max-wait");
    }
}
