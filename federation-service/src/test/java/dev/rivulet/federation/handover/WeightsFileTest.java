// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Layout.Tensor;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.publication.Models;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WeightsFileTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Layout LAYOUT =
            new Layout(List.of(new Tensor("weight", List.of(2, 3)), new Tensor("bias", List.of(3))));
    private static final float[] VALUES = {1, 2, 3, 4, 5, 6, -1, -2, -3};

    @TempDir
    private Path folder;

    private byte[] written() throws Exception {
        WeightsFile file = file();
        byte[] values = Files.readAllBytes(file.values());
        return ByteBuffer.allocate(file.header().length + values.length)
                .put(file.header())
                .put(values)
                .array();
    }

    private WeightsFile file() throws Exception {
        Path values = folder.resolve("values");
        Files.write(values, Models.bytes(new Parameters(LAYOUT, VALUES)));
        return WeightsFile.of(LAYOUT, values, JSON);
    }

    @Test
    void eachTensorIsFoundWhereTheHeaderSays() throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(written()).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong());
        JsonNode header = JSON.readTree(new String(bytes.array(), 8, length, StandardCharsets.UTF_8));

        assertThat(length % 8).isZero();
        assertThat(header.at("/weight/dtype").asString()).isEqualTo("F32");
        assertThat(header.at("/weight/shape").toString()).isEqualTo("[2,3]");
        int bias = 8 + length + header.at("/bias/data_offsets/0").asInt();
        assertThat(bytes.getFloat(bias)).isEqualTo(-1);
        assertThat(8 + length + header.at("/bias/data_offsets/1").asInt()).isEqualTo(bytes.capacity());
    }

    @Test
    void digestAndSizeAreThoseOfTheWholeFile() throws Exception {
        assertThat(file().sha256()).isEqualTo(DeviceKeys.sha256(written()));
        assertThat(file().size()).isEqualTo(written().length);
    }

    @Test
    void theConfigurationNamesTheTensorsAndIsTheSameEachTime() {
        Handover handover = new Handover(
                "wards", 7, 9, "ab".repeat(32), new Destination("model", null, null, null), Map.of(), null);
        byte[] config = WeightsFile.config(handover, LAYOUT, JSON);

        JsonNode read = JSON.readTree(config);
        assertThat(read.at("/tensors/0/name").asString()).isEqualTo("weight");
        assertThat(read.at("/round").asInt()).isEqualTo(9);
        assertThat(WeightsFile.config(handover, LAYOUT, JSON)).isEqualTo(config);
    }

    @Test
    void aLongNameOfAFederationIsShortenedAndStaysItsOwn() {
        Destination to = new Destination("model", null, null, null);
        String one = new Handover("a".repeat(62) + "b", 1, 999, "", to, Map.of(), null).name();
        String other = new Handover("a".repeat(62) + "c", 1, 999, "", to, Map.of(), null).name();

        assertThat(one).hasSizeLessThanOrEqualTo(63).isNotEqualTo(other).endsWith(".999");
        assertThat(new Handover("wards", 1, 2, "", to, Map.of(), null).name()).isEqualTo("wards.2");
    }
}
