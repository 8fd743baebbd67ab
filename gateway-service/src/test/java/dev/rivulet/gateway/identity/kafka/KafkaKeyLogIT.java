// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.TestKafka;
import dev.rivulet.gateway.identity.ApiKey;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyAdministration.Made;
import dev.rivulet.gateway.identity.KeyAdministration.Wanted;
import dev.rivulet.gateway.identity.KeyRegister;
import dev.rivulet.gateway.identity.KeyStack;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Keys on a real broker: every gateway has them, a restart keeps them, and an outage is told. */
class KafkaKeyLogIT {

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka();

    private static final Caller ADMIN =
            new Caller("first", Set.of(Caller.ADMIN, Caller.INFERENCE), Caller.Priority.NORMAL);
    private static final Duration SOON = Duration.ofSeconds(30);

    /** One gateway's keys. */
    private record Gateway(KafkaKeyLog keyLog, KeyStack keys) implements AutoCloseable {

        static Gateway start(String brokers) {
            KeyRegister register = new KeyRegister();
            KafkaKeyLog keyLog = new KafkaKeyLog(
                    new KafkaConnection(Map.of("bootstrap.servers", brokers), (short) 1),
                    register,
                    Clock.systemUTC(),
                    UUID::randomUUID);
            keyLog.start();
            return new Gateway(keyLog, KeyStack.on(register, keyLog));
        }

        @Override
        public void close() {
            keyLog.close();
        }
    }

    @Test
    void whatOneGatewayMakesAndRevokesHoldsAtAnotherAndAfterARestart() {
        Made made;
        try (Gateway one = gateway();
                Gateway other = gateway()) {
            made = done(one.keys()
                    .administration()
                    .create(ADMIN, "desk", new Wanted(null, Caller.Priority.HIGH, new Limits(1, 2, 3), null)));
            assertThat(one.keys().open(made.text())).isInstanceOf(Authentication.Known.class);
            await().atMost(SOON).until(() -> other.keys().open(made.text()) instanceof Authentication.Known);
            assertThat(other.keys().open(made.text()))
                    .isEqualTo(new Authentication.Known(
                            new Caller("desk", Set.of(Caller.INFERENCE), Caller.Priority.HIGH, new Limits(1, 2, 3))));
        }
        try (Gateway again = gateway()) {
            assertThat(again.keys().open(made.text())).isInstanceOf(Authentication.Known.class);
            Made rotated =
                    done(again.keys().administration().rotate(ADMIN, made.key().id(), Duration.ofHours(1)));
            ApiKey revoked =
                    done(again.keys().administration().revoke(ADMIN, made.key().id()));
            assertThat(revoked.revision()).isEqualTo(3);
            assertThat(again.keys().open(rotated.text())).isInstanceOf(Authentication.Refused.class);
        }
        try (Gateway later = gateway()) {
            assertThat(later.keys().open(made.text())).isInstanceOf(Authentication.Refused.class);
        }
    }

    @Test
    void withoutABrokerNothingIsSaidToBeKept() {
        try (Gateway alone = Gateway.start("127.0.0.1:1")) {
            assertThat(alone.keyLog().caughtUp()).isFalse();
            ApiKey any = KeyStack.any("somebody");
            Mono<Void> change = alone.keyLog().append(any);
            assertThatThrownBy(change::block)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("could not be kept");
        }
    }

    private static <T> T done(Mono<T> change) {
        return Objects.requireNonNull(change.block());
    }

    private static Gateway gateway() {
        Gateway gateway = Gateway.start(KAFKA.brokers());
        await().atMost(SOON).until(gateway.keyLog()::caughtUp);
        return gateway;
    }
}
