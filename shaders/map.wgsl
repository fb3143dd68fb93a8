// A function at many points: one lane is one point, reads its inputs and the parameters, writes its outputs.
//
// What comes before says POINT_SIZE, RESULT_SIZE, MAP_PARAMETERS and map_point, the function. Twin of `engine/cpu/map.rs`.

@group(0) @binding(0) var<storage, read> map_parameters: array<f32, MAP_PARAMETERS>;
@group(0) @binding(1) var<storage, read> points: array<f32>; // POINT_SIZE for each lane
@group(0) @binding(2) var<storage, read_write> results: array<f32>; // RESULT_SIZE for each lane

@compute @workgroup_size(64)
fn map_points(@builtin(global_invocation_id) id: vec3<u32>) {
    let lane = id.x;
    if lane * RESULT_SIZE >= arrayLength(&results) {
        return;
    }
    var point: array<f32, POINT_SIZE>;
    for (var i = 0u; i < POINT_SIZE; i++) {
        point[i] = points[lane * POINT_SIZE + i];
    }
    var found = map_point(point);
    for (var i = 0u; i < RESULT_SIZE; i++) {
        results[lane * RESULT_SIZE + i] = found[i];
    }
}
