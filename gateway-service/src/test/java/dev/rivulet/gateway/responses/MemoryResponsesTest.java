// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class MemoryResponsesTest {

    private static final int EACH = 1_000;

    private final Steps clock = new Steps();
    private final MemoryResponses store = new MemoryResponses(
            new ResponsesProperties(
                    Duration.ofMinutes(1),
                    DataSize.ofBytes(5 * EACH),
                    DataSize.ofBytes(4 * EACH),
                    Duration.ofHours(1),
                    Duration.ofSeconds(1),
                    ResponsesProperties.Shared.NONE),
            clock);

    private static final class Steps extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void keep(String tenant, String... ids) {
        for (String id : ids) {
            store.keep(of(tenant, id, EACH));
        }
    }

    private StoredResponse of(String tenant, String id, int size) {
        StoredResponse empty = new StoredResponse(id, tenant, new byte[0], new byte[0], clock.now);
        return new StoredResponse(id, tenant, new byte[size - (int) empty.size()], new byte[0], clock.now);
    }

    private boolean has(String tenant, String id) {
        return store.find(tenant, id).isPresent();
    }

    @Test
    void aKeySeesAndForgetsItsOwnAlone() {
        keep("a", "1");

        assertThat(has("a", "1")).isTrue();
        assertThat(has("b", "1")).isFalse();
        assertThat(store.forget("b", "1")).isFalse();
        assertThat(store.forget("a", "1")).isTrue();
        assertThat(has("a", "1")).isFalse();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void theOldestOfAKeyGoesWhereItsShareIsFull() {
        keep("a", "1", "2", "3", "4", "5");

        assertThat(has("a", "1")).isFalse();
        assertThat(has("a", "2")).isTrue();
        assertThat(store.bytes()).isEqualTo(4 * EACH);
    }

    @Test
    void whoHoldsMostMakesRoomForOthers() {
        keep("b", "old");
        keep("a", "1", "2", "3", "4");
        keep("c", "new");

        assertThat(has("b", "old")).isTrue();
        assertThat(has("c", "new")).isTrue();
        assertThat(has("a", "1")).isFalse();
        assertThat(has("a", "4")).isTrue();
        assertThat(store.bytes()).isEqualTo(5 * EACH);
    }

    @Test
    void nothingIsKeptLongerThanItsTime() {
        keep("a", "1");
        clock.now = clock.now.plusSeconds(60);

        assertThat(has("a", "1")).isFalse();
        keep("b", "2");
        assertThat(store.bytes()).as("what is over takes no room").isEqualTo(EACH);
    }

    @Test
    void itsTimeBeginsWhenItEndedNotWhenThisGatewayHeardOfIt() {
        StoredResponse old = of("a", "1", EACH);
        clock.now = clock.now.plusSeconds(59);
        store.keep(old);

        assertThat(has("a", "1")).isTrue();
        clock.now = clock.now.plusSeconds(1);
        assertThat(has("a", "1")).isFalse();
        store.keep(old);
        assertThat(has("a", "1")).isFalse();
    }

    @Test
    void oneThatIsLargerThanAShareIsNotKeptAndTheSameAgainTakesNoMoreRoom() {
        store.keep(of("a", "large", 4 * EACH + 1));
        keep("a", "1", "1");

        assertThat(has("a", "large")).isFalse();
        assertThat(store.bytes()).isEqualTo(EACH);
    }
}
