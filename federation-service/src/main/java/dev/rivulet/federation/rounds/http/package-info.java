// SPDX-License-Identifier: Apache-2.0
/** Work over long polls as Protobuf; federations as JSON. */
@NullMarked
package dev.rivulet.federation.rounds.http;

import org.jspecify.annotations.NullMarked;
