// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.flower.Npy.UnreadableException;
import java.util.List;

/** A model's tensors as programs of Flower have them: a list of arrays in the order of the layout, without names. */
final class FlowerTensors {

    /** The one form that is frozen. */
    private static final String NUMPY = "numpy.ndarray";

    private FlowerTensors() {}

    static dev.rivulet.flower.v1.Parameters written(Parameters model) {
        var message = dev.rivulet.flower.v1.Parameters.newBuilder().setTensorType(NUMPY);
        int from = 0;
        for (Layout.Tensor tensor : model.layout().tensors()) {
            byte[] bytes = Npy.write(tensor.shape(), model.values(), from, tensor.size());
            message.addTensors(UnsafeByteOperations.unsafeWrap(bytes));
            from += tensor.size();
        }
        return message.build();
    }

    /** The values of arrays whose number and shapes are those of the layout. */
    static Parameters read(dev.rivulet.flower.v1.Parameters message, Layout layout) throws UnreadableException {
        if (!message.getTensorType().equals(NUMPY)) {
            throw new UnreadableException("tensors are of the type " + NUMPY);
        }
        List<Layout.Tensor> tensors = layout.tensors();
        if (message.getTensorsCount() != tensors.size()) {
            throw new UnreadableException(
                    "the model has " + tensors.size() + " tensors, not " + message.getTensorsCount());
        }
        float[] values = new float[layout.size()];
        int from = 0;
        for (int i = 0; i < tensors.size(); i++) {
            Layout.Tensor expected = tensors.get(i);
            ByteString bytes = message.getTensors(i);
            Npy.Tensor tensor = Npy.read(bytes.asReadOnlyByteBuffer(), expected.size());
            if (!tensor.shape().equals(expected.shape())) {
                throw new UnreadableException("tensor " + i + " (" + expected.name() + ") has the shape "
                        + expected.shape() + ", not " + tensor.shape());
            }
            System.arraycopy(tensor.values(), 0, values, from, expected.size());
            from += expected.size();
        }
        return new Parameters(layout, values);
    }
}
