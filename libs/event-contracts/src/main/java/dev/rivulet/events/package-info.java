// SPDX-License-Identifier: Apache-2.0
/** Every event: its topic, its Protobuf payload and its CloudEvents binary form. */
@NullMarked
package dev.rivulet.events;

import org.jspecify.annotations.NullMarked;
