// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;

/** Messages in which every field of a shape is set, whichever that are: they grow with the shape. */
final class Filled {

    /** A field, and a value of an enum, that no release has. */
    static final int NOT_YET = 1_999;

    private Filled() {}

    /** Every field of today; every enum has its last value. */
    static DynamicMessage today(Descriptor shape) {
        return fill(shape, false);
    }

    /** As a release to come may write it: every message has a field that nobody knows, every enum a value that nobody knows. */
    static DynamicMessage tomorrow(Descriptor shape) {
        return fill(shape, true);
    }

    private static DynamicMessage fill(Descriptor shape, boolean later) {
        DynamicMessage.Builder filled = DynamicMessage.newBuilder(shape);
        for (FieldDescriptor field : shape.getFields()) {
            if (field.isRepeated()) {
                filled.addRepeatedField(field, value(field, later));
            } else {
                filled.setField(field, value(field, later));
            }
        }
        if (later
                && !shape.getOptions().getMapEntry()
                && !shape.getFile().getPackage().startsWith("google.")) {
            filled.setUnknownFields(UnknownFieldSet.newBuilder()
                    .addField(
                            NOT_YET,
                            UnknownFieldSet.Field.newBuilder()
                                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                                    .build())
                    .build());
        }
        return filled.build();
    }

    private static Object value(FieldDescriptor field, boolean later) {
        return switch (field.getJavaType()) {
            case INT -> field.getNumber();
            case LONG -> 1_000_000_000_000L + field.getNumber();
            case FLOAT -> 0.5f;
            case DOUBLE -> 0.25;
            case BOOLEAN -> true;
            case STRING -> field.getName();
            case BYTE_STRING -> ByteString.copyFromUtf8(field.getName());
            case ENUM -> enumValue(field, later);
            case MESSAGE -> fill(field.getMessageType(), later);
        };
    }

    private static EnumValueDescriptor enumValue(FieldDescriptor field, boolean later) {
        return later
                ? field.getEnumType().findValueByNumberCreatingIfUnknown(NOT_YET)
                : field.getEnumType().getValues().getLast();
    }
}
