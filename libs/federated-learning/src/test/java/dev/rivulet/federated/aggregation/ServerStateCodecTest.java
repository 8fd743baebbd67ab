// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServerStateCodecTest {

    private static final Layout LAYOUT = Layout.flat("w", 3);
    private static final Parameters MODEL = new Parameters(LAYOUT, new float[] {1, -2, 3});

    static List<Strategy> strategies() {
        return List.of(
                FedAvg.PLAIN,
                new FedAvgM(1, 0.9),
                FedAdam.USUAL,
                FedYogi.USUAL,
                FedAdagrad.USUAL,
                new Scaffold(1, 4),
                new FedBuff(1, 1, new Staleness.Constant(), 2));
    }

    private static Update update(long base, float scale) {
        float[] values = {0.5f * scale, scale, -scale};
        Parameters both = new Parameters(LAYOUT, values);
        return Update.delta("a", both, 3, base).withControl(both);
    }

    private static ServerState read(byte[] bytes, Strategy strategy, ServerState like) {
        return ((Accepted<ServerState>) ServerStateCodec.read(bytes, strategy, like.version(), like.model())).value();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aStrategyGoesOnFromItsBytesAsIfNothingHadHappened(Strategy strategy) {
        ServerState one = strategy.aggregate(strategy.begin(MODEL), List.of(update(0, 1)));
        ServerState again = read(ServerStateCodec.write(one), strategy, one);
        ServerState next = strategy.aggregate(one, List.of(update(1, 2)));
        ServerState nextAgain = strategy.aggregate(again, List.of(update(1, 2)));
        assertThat(nextAgain.version()).isEqualTo(2);
        assertThat(nextAgain.model()).isEqualTo(next.model());
        assertThat(ServerStateCodec.write(nextAgain)).isEqualTo(ServerStateCodec.write(next));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void whatIsDamagedIsRefused(Strategy strategy) {
        ServerState one = strategy.aggregate(strategy.begin(MODEL), List.of(update(0, 1)));
        byte[] bytes = ServerStateCodec.write(one);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            Checked<ServerState> read = ServerStateCodec.read(damaged, strategy, 1, one.model());
            assertThat(read).as("byte %d", i).isInstanceOf(Refused.class);
        }
        assertThat(((Refused<ServerState>) ServerStateCodec.read(new byte[3], strategy, 1, MODEL)).reason())
                .isEqualTo(Reason.UNSUPPORTED);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void withoutBytesOrWithThoseOfAnotherStrategyItBeginsAnewFromTheModel(Strategy strategy) {
        ServerState fresh = strategy.begin(MODEL).at(7);
        Strategy other = strategy instanceof FedAdam ? FedAvg.PLAIN : FedAdam.USUAL;
        assertThat(read(new byte[0], strategy, fresh).version()).isEqualTo(7);
        ServerState changed = read(ServerStateCodec.write(other.begin(MODEL)), strategy, fresh);
        boolean sameKind = strategy instanceof FedYogi || strategy instanceof FedAdagrad;
        assertThat(ServerStateCodec.write(changed))
                .isEqualTo(sameKind ? ServerStateCodec.write(other.begin(MODEL)) : ServerStateCodec.write(fresh));
    }

    @Test
    void updatesThatWaitAreNotLostSilently() {
        FedBuff two = new FedBuff(2, 1, new Staleness.Constant(), 2);
        ServerState waiting = two.aggregate(two.begin(MODEL), List.of(update(0, 1)));
        assertThatThrownBy(() -> ServerStateCodec.write(waiting)).hasMessageContaining("wait in the buffer");
    }
}
