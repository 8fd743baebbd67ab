// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Tensor;
import dev.rivulet.engine.TensorModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxTensorModelTest {

    /** {@code y = x + [1, 2]}, float [rows, 2]. */
    private static final Path SUM = Path.of("src/test/resources/graphs/sum");

    private final OnnxEngine engine = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC());

    @TempDir
    private Path folder;

    private static Tensor floats(String name, List<Long> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(name, Tensor.Type.FP32, shape, data);
    }

    @Test
    void aGraphRunsAndSaysWhatItReadsAndGives() throws Exception {
        try (TensorModel sum = engine.loadGraph(SUM, 1)) {
            assertThat(sum.inputs()).containsExactly(new Tensor.Spec("x", Tensor.Type.FP32, List.of(-1L, 2L)));

            Tensor y = sum.run(List.of(floats("x", List.of(2L, 2L), 10, 20, 30, 40)), List.of("y"))
                    .getFirst();

            float[] values = new float[4];
            y.data().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            assertThat(y.shape()).containsExactly(2L, 2L);
            assertThat(values).containsExactly(11, 22, 31, 42);
        }
    }

    @Test
    void inputsOfAnotherNameShapeOrNumberAreRefused() throws Exception {
        try (TensorModel sum = engine.loadGraph(SUM, 1)) {
            assertThatThrownBy(() -> sum.run(List.of(floats("z", List.of(1L), 1)), List.of("y")))
                    .hasMessageContaining("no input 'z'");
            assertThatThrownBy(() -> sum.run(List.of(floats("x", List.of(1L, 3L), 1, 2, 3)), List.of("y")))
                    .hasMessageContaining("the model reads FP32 [-1, 2]");
            assertThatThrownBy(() -> sum.run(List.of(), List.of("y"))).hasMessageContaining("'x' is missing");
        }
    }

    private static TensorProto outside() {
        return TensorProto.newBuilder()
                .setName("w")
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("../../etc/passwd"))
                .build();
    }

    private void assertRefused(GraphProto.Builder graph) throws Exception {
        ModelProto model =
                ModelProto.newBuilder().setIrVersion(8).setGraph(graph).build();
        Files.write(folder.resolve("model.onnx"), model.toByteArray());

        assertThatThrownBy(() -> engine.loadGraph(folder, 1))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining("external data is refused");
    }

    @Test
    void weightsInOtherFilesAreRefused() throws Exception {
        assertRefused(GraphProto.newBuilder().addInitializer(outside()));
    }

    @Test
    void weightsInOtherFilesAreRefusedWithinBranchesToo() throws Exception {
        AttributeProto branch = AttributeProto.newBuilder()
                .setName("then_branch")
                .setG(GraphProto.newBuilder().addInitializer(outside()))
                .build();
        assertRefused(GraphProto.newBuilder()
                .addNode(NodeProto.newBuilder().setOpType("If").addAttribute(branch)));
    }

    @Test
    void whatIsNoModelIsRefused() throws Exception {
        Files.writeString(folder.resolve("model.onnx"), "no model at all");

        assertThatThrownBy(() -> engine.loadGraph(folder, 1)).isInstanceOf(ModelRejectedException.class);
    }
}
