// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class PartialSumCodecTest {

    private static final Layout LAYOUT = Layout.flat("w", 5);
    private static final Parameters MODEL = new Parameters(LAYOUT, new float[] {1, -2, 3, 0.1f, 1e-20f});

    private static PartialSum sum(boolean controls) {
        Update update = Update.result("a", MODEL, 3, 0);
        PartialSum sum = new PartialSum(LAYOUT);
        sum.add(List.of(new Term(controls ? update.withControl(MODEL) : update, 0.7, 3)));
        return sum;
    }

    private static byte[] sealed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void aSumIsReadAsItWasWritten() {
        for (boolean controls : new boolean[] {false, true}) {
            PartialSum sum = sum(controls);
            byte[] bytes = PartialSumCodec.write(sum);
            assertThat(bytes).hasSize(29 + (controls ? 80 : 40));
            assertThat(PartialSumCodec.read(bytes, LAYOUT)).isInstanceOfSatisfying(Accepted.class, accepted -> {
                PartialSum read = (PartialSum) accepted.value();
                assertThat(read.mean(MODEL)).isEqualTo(sum.mean(MODEL));
                assertThat(read.controlsOver(2)).isEqualTo(sum.controlsOver(2));
                assertThat(read.count()).isEqualTo(1);
                assertThat(PartialSumCodec.write(read)).isEqualTo(bytes);
            });
        }
    }

    @Test
    void anyBytesAreReadOrRefusedAndWhatIsReadWasWrittenSo() {
        Random random = new Random(12);
        int read = 0;
        int refused = 0;
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = PartialSumCodec.write(sum(random.nextBoolean()));
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            bytes = random.nextInt(10) == 0 ? Arrays.copyOf(bytes, 4 + random.nextInt(200)) : bytes;
            Checked<PartialSum> checked = PartialSumCodec.read(random.nextInt(4) == 0 ? bytes : sealed(bytes), LAYOUT);
            if (checked instanceof Accepted<PartialSum>(PartialSum sum)) {
                read++;
                assertThat(Arrays.equals(PartialSumCodec.write(sum), bytes)).isTrue();
            } else {
                assertThat(checked).isInstanceOf(Refused.class);
                refused++;
            }
        }
        assertThat(read).isGreaterThan(1000);
        assertThat(refused).isGreaterThan(1000);
        assertThat(PartialSumCodec.read(new byte[0], LAYOUT)).isInstanceOf(Refused.class);
    }
}
